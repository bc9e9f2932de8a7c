// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir::app {

// The command line is wrong; `what()` is the message without program name or hint.
class FlagError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  FlagError(const std::string& message, std::string meant)
      : std::runtime_error(message), meant_(std::move(meant)) {}

  // What the operator may have meant, as it is to be written; "" when there is no guess.
  [[nodiscard]] const std::string& meant() const { return meant_; }

 private:
  std::string meant_;
};

// A value that its flag does not take; `what()` says what it must be.
class BadValue : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One flag, as help texts and completion show it.
struct Flag {
  std::string name;
  std::string help;
  // As usage shows it: `="x"`, or "" for booleans.
  std::string shown_default;
  // The values there are, where they can be counted; completion offers them.
  std::vector<std::string> choices;
  bool is_boolean = false;
  bool is_repeatable = false;
  bool is_given = false;
  std::string text;  // the value last given
  std::function<void(std::string_view)> set;
};

// The values that a flag takes. `text` says so in the error for any other, after "must be".
template <typename Value>
struct Range {
  Value min;
  Value max;
  std::string_view text;
};

// Whether the letters of a choice may be capitals.
enum class Case : std::uint8_t { Exact, Any };

// The flags of a program, in the reference's syntax (behaviour flag.syntax): long flags only,
// `--name value` or `--name=value`, `--no-name` for booleans, `@file` for arguments in a file. Each
// once, except those that take a list.
class FlagSet {
 public:
  // An unknown first word that is like one of `commands` is taken for that one in messages.
  explicit FlagSet(std::span<const std::string_view> commands = {}) : commands_(commands) {}

  // Targets keep their value as the default and must outlive the set.
  void add(std::string name, std::string help, bool& target);
  void add(std::string name, std::string help, std::string& target);
  // May be repeated; the first value given takes the place of the default. An empty value adds
  // nothing.
  void add(std::string name, std::string help, std::vector<std::string>& target);
  // A whole number written as the reference takes it: a decimal float that is truncated.
  template <std::signed_integral Target>
  void add(const std::string& name, const std::string& help, Target& target,
           const Range<std::int64_t>& range = all_of<Target, std::int64_t>()) {
    add_truncated(name, help, target, range,
                  [&target](std::int64_t value) { target = static_cast<Target>(value); });
  }
  // Not negative, with base prefixes.
  template <std::unsigned_integral Target>
  void add(const std::string& name, const std::string& help, Target& target,
           const Range<std::uint64_t>& range = all_of<Target, std::uint64_t>()) {
    add_unsigned(name, help, target, range,
                 [&target](std::uint64_t value) { target = static_cast<Target>(value); });
  }
  // Bytes, with or without a unit.
  template <std::unsigned_integral Target>
  void add_bytes(const std::string& name, const std::string& help, Target& target,
                 const Range<std::uint64_t>& range = all_of<Target, std::uint64_t>()) {
    add_sized(name, help, target, range,
              [&target](std::uint64_t value) { target = static_cast<Target>(value); });
  }
  // Go units, and `d` and `w`; cut to the unit of `target`.
  template <typename Rep, typename Period>
  void add(const std::string& name, const std::string& help,
           std::chrono::duration<Rep, Period>& target,
           const Range<std::chrono::nanoseconds>& range) {
    add_time(name, help, target, range, [&target](std::chrono::nanoseconds value) {
      target = std::chrono::duration_cast<std::chrono::duration<Rep, Period>>(value);
    });
  }
  // `choices` name the values of the enum in their order.
  template <typename Choice>
  requires std::is_enum_v<Choice>
  void add_choice(const std::string& name, const std::string& help,
                  std::span<const std::string_view> choices, Choice& target,
                  Case letters = Case::Exact) {
    add_named(name, help, choices, static_cast<std::size_t>(target), letters,
              [&target](std::size_t index) { target = static_cast<Choice>(index); });
  }
  // One whose values `set` reads; it throws BadValue. Completion offers `choices`.
  void add_parsed(std::string name, std::string help, const std::string& shown_default,
                  std::vector<std::string> choices, std::function<void(std::string_view)> set);
  // Shows `=NAME` in place of a default that says nothing, for the flag added last.
  void show_no_default();
  // Lets the flag added last be given several times; `set` gets each value.
  void make_repeatable();

  // What the line asks for beside its flags. Help acts when the whole line could be read, whatever
  // the values, the others on the spot (behaviour flag.help).
  enum class Request : std::uint8_t {
    Run,
    Help,
    Version,
    HelpLong,
    HelpMan,
    Completion,
    BashScript,
    ZshScript
  };
  // `arguments` without the program's name. Throws FlagError.
  Request parse(std::span<const std::string> arguments);
  // The same for a command, which has words beside its flags, here in their order, and of whose
  // flags none acts on the spot.
  void parse(std::span<const std::string> arguments, std::vector<std::string>& words);

  [[nodiscard]] std::span<const Flag> flags() const { return flags_; }

 private:
  template <typename Target, typename Value>
  static constexpr Range<Value> all_of() {
    return {std::numeric_limits<Target>::min(), std::numeric_limits<Target>::max(), {}};
  }

  void add_truncated(std::string name, std::string help, std::int64_t shown,
                     const Range<std::int64_t>& range, std::function<void(std::int64_t)> set);
  void add_unsigned(std::string name, std::string help, std::uint64_t shown,
                    const Range<std::uint64_t>& range, std::function<void(std::uint64_t)> set);
  void add_sized(std::string name, std::string help, std::uint64_t shown,
                 const Range<std::uint64_t>& range, std::function<void(std::uint64_t)> set);
  void add_time(std::string name, std::string help, std::chrono::nanoseconds shown,
                const Range<std::chrono::nanoseconds>& range,
                std::function<void(std::chrono::nanoseconds)> set);
  void add_named(std::string name, std::string help, std::span<const std::string_view> choices,
                 std::size_t shown, Case letters, std::function<void(std::size_t)> set);
  Flag& make(std::string name, std::string help);
  [[nodiscard]] Flag* find(std::string_view name);
  // The argument after the one in hand, if it can be a value; it may have to be read from a file.
  using Peek = std::function<const std::string*()>;
  // Returns true when the flag took what `peek` showed as its value.
  bool take_long(std::string_view text, const Peek& peek);
  // The flag most like `name`, with its dashes; "" when none is like it.
  [[nodiscard]] std::string similar_flag(std::string_view name) const;
  // Throws the FlagError of a value that is not `allowed`.
  [[noreturn]] static void refuse(const Flag& flag, std::string_view allowed);
  // In the order given, once the whole line is known to be one.
  void set_values();

  struct Given {
    Flag* flag;
    std::string value;
  };

  std::span<const std::string_view> commands_;
  std::vector<Flag> flags_;
  std::vector<Given> given_;
};

// Reads `1h2m3.5s` and the like, `d` and `w` too; throws BadValue.
[[nodiscard]] std::chrono::nanoseconds parse_duration(std::string_view text);

}  // namespace weir::app
