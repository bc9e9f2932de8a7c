// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::app {

// What the program does other than serve. The help texts, the manual page, completion and `main`
// all read the one table of them.
struct Command {
  // One word, or two for one of a group: the first arguments.
  std::string_view name;
  std::string_view usage;
  std::string_view help;
  // What it prints. `arguments` come after the name, without `--help`.
  // Throws FlagError, and rulefile::ConfigError for a mapping that will not do.
  std::string (*run)(std::span<const std::string> arguments);
  // What could stand at the end of `words`, a line each. They come after the name, and the last is
  // the one under way. Null: nothing.
  std::string (*complete)(std::span<const std::string> words);
};

[[nodiscard]] std::span<const Command> commands();

// The first words of their names, each once.
[[nodiscard]] std::span<const std::string_view> command_words();

// What the command that `arguments` begin with prints; its help is for a line of `columns`
// characters. None when they begin with no command. Throws what the command throws.
[[nodiscard]] std::optional<std::string> run_command(std::span<const std::string> arguments,
                                                     std::size_t columns);

// What could stand at the end of a command line whose last word is under way, a line each. None
// when it calls no command and cannot become one that does.
[[nodiscard]] std::optional<std::string> command_completions(std::span<const std::string> words);

}  // namespace weir::app
