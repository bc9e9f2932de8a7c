// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weir::app {

// The command line is wrong; `what()` is the reference's message without program name or hint.
class FlagError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The flags of a program, in the reference's syntax (reference 1.1): long flags only, `--name
// value` or
// `--name=value`, `--no-name` for booleans, each once, `@file` for arguments in a file.
class FlagSet {
 public:
  // Targets keep their value as the default and must outlive the set.
  void add(std::string name, std::string help, bool& target);
  void add(std::string name, std::string help, std::string& target);
  // A whole number written as the reference takes it: a decimal float that is truncated.
  void add(std::string name, std::string help, std::int64_t& target);
  // Not negative, with base prefixes.
  void add(std::string name, std::string help, std::uint64_t& target);
  // Go units, and `d` and `w`.
  void add(std::string name, std::string help, std::chrono::nanoseconds& target);
  void add_choice(std::string name, std::string help, std::vector<std::string> choices,
                  std::string& target);

  // What the line asks for beside its flags. Version acts on the spot, help when the whole line was
  // good.
  enum class Request : std::uint8_t { Run, Help, Version };
  // `arguments` without the program's name. Throws FlagError.
  Request parse(std::span<const std::string> arguments);

  // As `--help` prints it for a line of `columns` characters.
  [[nodiscard]] std::string usage(std::string_view program, std::size_t columns) const;

 private:
  struct Flag {
    std::string name;
    std::string help;
    // As usage shows it: `="x"`, or "" for booleans.
    std::string shown_default;
    bool is_boolean = false;
    bool is_given = false;
    std::function<void(std::string_view)> set;
  };

  Flag& make(std::string name, std::string help);
  [[nodiscard]] Flag* find(std::string_view name);
  void give(Flag& flag);
  // Returns true when the flag took `next` as its value.
  bool take_long(std::string_view text, const std::string* next);

  std::vector<Flag> flags_;
  bool wants_help_ = false;
  bool wants_version_ = false;
};

// Reads `1h2m3.5s` and the like, `d` and `w` too; throws FlagError with the reference's text.
[[nodiscard]] std::chrono::nanoseconds parse_duration(std::string_view text);

}  // namespace weir::app
