// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::app {

// What a command came to.
struct CommandResult {
  // For standard output; where it cannot be written the exit code is 1.
  std::string text;
  // 0, or 1 when the command did its work and what it looked at is not good.
  int exit_code = 0;
  // For standard error: what is to be said beside the text.
  std::string remarks = {};
};

// What the program does other than serve. The help texts, the manual page, completion and `main`
// all read the one table of them.
struct Command {
  // One word, or two for one of a group: the first arguments.
  std::string_view name;
  std::string_view usage;
  std::string_view help;
  // `arguments` come after the name, without `--help`. Throws FlagError, and rulefile::ConfigError
  // for a mapping that will not do: a line on standard error and exit code 1.
  CommandResult (*run)(std::span<const std::string> arguments);
  // What could stand at the end of `words`, a line each. They come after the name, and the last is
  // the one under way. Null: nothing.
  std::string (*complete)(std::span<const std::string> words);
  // The exit code when `run` throws. A command whose 1 is an answer has another one for that.
  int failure_code = 1;
};

[[nodiscard]] std::span<const Command> commands();

// The first words of their names, each once.
[[nodiscard]] std::span<const std::string_view> command_words();

// Runs the command that `arguments` begin with; its help is for a line of `columns` characters.
// None when they begin with no command. Throws what the command throws.
[[nodiscard]] std::optional<CommandResult> run_command(std::span<const std::string> arguments,
                                                       std::size_t columns);

// The exit code when the command that `arguments` begin with cannot do its work; 1 when they begin
// with none.
[[nodiscard]] int failure_code(std::span<const std::string> arguments);

// What could stand at the end of a command line whose last word is under way, a line each. None
// when it calls no command and cannot become one that does.
[[nodiscard]] std::optional<std::string> command_completions(std::span<const std::string> words);

}  // namespace weir::app
