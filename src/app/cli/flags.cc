// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flags.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <deque>
#include <fstream>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/cli/flag_values.h"
#include "weir/base/ascii.h"
#include "weir/base/escape.h"
#include "weir/base/similar.h"

namespace weir::app {

namespace {

// A file of arguments may name others; one that names itself must end somewhere.
constexpr int kArgumentFilesMax = 100;

// The arguments still to read. Files of arguments are opened when their turn comes, so that nothing
// after `--` is taken for one.
class ArgumentQueue {
 public:
  explicit ArgumentQueue(std::span<const std::string> arguments)
      : arguments_(arguments.begin(), arguments.end()) {}

  // Null at the end. A bare `--` is none: what follows it is taken as it is.
  [[nodiscard]] const std::string* peek() {
    while (!is_closed_ && !arguments_.empty()) {
      if (arguments_.front() == "--") {
        take();
        is_closed_ = true;
      } else if (arguments_.front().starts_with('@')) {
        open_file();
      } else {
        break;
      }
    }
    return arguments_.empty() ? nullptr : &arguments_.front();
  }

  // After `peek` has shown one.
  [[nodiscard]] bool front_is_flag() const {
    return !is_closed_ && arguments_.front().starts_with('-') && arguments_.front() != "-";
  }

  // The next argument where it can be a value, else null.
  [[nodiscard]] const std::string* peek_value() {
    const std::string* const next = peek();
    return next == nullptr || front_is_flag() ? nullptr : next;
  }

  std::string take() {
    std::string argument = std::move(arguments_.front());
    arguments_.pop_front();
    return argument;
  }

 private:
  // Each line is one argument, blank lines and comments are none.
  void open_file() {
    const std::string path = take().substr(1);
    if (path.empty()) throw FlagError("expected @ file to expand arguments from");
    std::ifstream file(path);
    if (!file || ++files_ > kArgumentFilesMax) {
      throw FlagError(
          fmt::format("failed to open arguments file \"{0}\": open {0}: {1}", path,
                      file ? "too many levels of argument files" : "no such file or directory"));
    }
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line.front() != '#') lines.push_back(line);
    }
    arguments_.insert(arguments_.begin(), lines.begin(), lines.end());
  }

  std::deque<std::string> arguments_;
  bool is_closed_ = false;
  int files_ = 0;
};

struct Act {
  std::string_view name;
  FlagSet::Request request;
};

constexpr std::array kActs = {Act{"version", FlagSet::Request::Version},
                              Act{"help-long", FlagSet::Request::HelpLong},
                              Act{"help-man", FlagSet::Request::HelpMan},
                              Act{"completion-script-bash", FlagSet::Request::BashScript},
                              Act{"completion-script-zsh", FlagSet::Request::ZshScript}};

// The name of a long flag without `--`, `no-` and value.
std::string_view bare_name(std::string_view argument) {
  argument = argument.substr(2, argument.find('=') - 2);
  return argument.starts_with("no-") ? argument.substr(3) : argument;
}

std::optional<FlagSet::Request> act_of(std::string_view argument) {
  const std::string_view name = bare_name(argument);
  const auto at =
      std::find_if(kActs.begin(), kActs.end(), [name](const Act& act) { return act.name == name; });
  if (at == kActs.end()) return std::nullopt;
  return at->request;
}

// Whatever else the line says: a shell asks while it is being written.
bool asks_for_completion(std::span<const std::string> arguments) {
  return std::find(arguments.begin(), arguments.end(), "--completion-bash") != arguments.end();
}

bool is_help(std::string_view argument) {
  // `-hh` is `-h` twice.
  const bool is_short = argument.size() > 1 && argument[0] == '-' &&
                        argument.find_first_not_of('h', 1) == std::string_view::npos;
  if (is_short) return true;
  if (!argument.starts_with("--") || bare_name(argument) != "help") return false;
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos) return true;
  throw FlagError(fmt::format("unexpected {}", argument.substr(equals + 1)));
}

// No path or address has them around it; a Compose or unit file that was meant to quote does.
bool is_in_quotes(std::string_view value) {
  return value.size() > 1 && value.front() == value.back() &&
         (value.front() == '"' || value.front() == '\'');
}

[[noreturn]] void refuse_word(std::string_view argument, std::span<const std::string_view> meant) {
  const std::string shown = argument == "-" ? std::string() : base::visible(argument);
  throw FlagError(fmt::format("unexpected {}{}", shown, quotes_hint(argument)),
                  std::string(base::most_similar(argument, meant)));
}

template <typename Value>
Value checked(Value value, const Range<Value>& range) {
  if (value < range.min || value > range.max) throw BadValue(std::string(range.text));
  return value;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), base::to_lower);
  return out;
}

[[noreturn]] void refuse_short(std::string_view argument) {
  // `-hx` is `-h` and `-x`.
  const auto at = argument.find_first_not_of('h', 1);
  throw FlagError(fmt::format("unknown short flag '-{}'", argument[at]));
}

}  // namespace

Flag& FlagSet::make(std::string name, std::string help) {
  Flag& flag = flags_.emplace_back();
  flag.name = std::move(name);
  flag.help = std::move(help);
  return flag;
}

void FlagSet::add(std::string name, std::string help, bool& target) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.is_boolean = true;
  flag.set = [&target](std::string_view text) { target = text == "true"; };
}

void FlagSet::add(std::string name, std::string help, std::string& target) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = fmt::format("=\"{}\"", target);
  flag.set = [&target](std::string_view text) { target = text; };
}

void FlagSet::add(std::string name, std::string help, std::vector<std::string>& target) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = fmt::format("=\"{}\"", fmt::join(target, ","));
  flag.is_repeatable = true;
  flag.set = [&target, is_first = true](std::string_view text) mutable {
    if (std::exchange(is_first, false)) target.clear();
    if (!text.empty()) target.emplace_back(text);
  };
}

void FlagSet::add_truncated(std::string name, std::string help, std::int64_t shown,
                            const Range<std::int64_t>& range,
                            std::function<void(std::int64_t)> set) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = fmt::format("={}", shown);
  flag.set = [range, set = std::move(set)](std::string_view text) {
    set(checked(parse_truncated(text), range));
  };
}

void FlagSet::add_unsigned(std::string name, std::string help, std::uint64_t shown,
                           const Range<std::uint64_t>& range,
                           std::function<void(std::uint64_t)> set) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = fmt::format("={}", shown);
  flag.set = [range, set = std::move(set)](std::string_view text) {
    set(checked(parse_unsigned(text), range));
  };
}

void FlagSet::add_sized(std::string name, std::string help, std::uint64_t shown,
                        const Range<std::uint64_t>& range, std::function<void(std::uint64_t)> set) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = "=" + bytes_text(shown);
  flag.set = [range, set = std::move(set)](std::string_view text) {
    set(checked(parse_bytes(text), range));
  };
}

void FlagSet::add_time(std::string name, std::string help, std::chrono::nanoseconds shown,
                       const Range<std::chrono::nanoseconds>& range,
                       std::function<void(std::chrono::nanoseconds)> set) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = "=" + duration_text(shown);
  flag.set = [range, set = std::move(set)](std::string_view text) {
    set(checked(parse_duration(text), range));
  };
}

void FlagSet::add_named(std::string name, std::string help,
                        std::span<const std::string_view> choices, std::size_t shown, Case letters,
                        std::function<void(std::size_t)> set) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = fmt::format("={}", choices[shown]);
  flag.choices.assign(choices.begin(), choices.end());
  flag.set = [choices, letters, set = std::move(set)](std::string_view text) {
    const auto at =
        std::ranges::find(choices, letters == Case::Any ? lower(text) : std::string(text));
    if (at == choices.end()) throw BadValue(fmt::format("one of {}", fmt::join(choices, ", ")));
    set(static_cast<std::size_t>(at - choices.begin()));
  };
}

void FlagSet::make_repeatable() { flags_.back().is_repeatable = true; }

void FlagSet::show_no_default() {
  Flag& flag = flags_.back();
  std::string shown = flag.name;
  std::transform(shown.begin(), shown.end(), shown.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  flag.shown_default = "=" + shown;
}

void FlagSet::add_parsed(std::string name, std::string help, const std::string& shown_default,
                         std::vector<std::string> choices,
                         std::function<void(std::string_view)> set) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = "=" + shown_default;
  flag.choices = std::move(choices);
  flag.set = std::move(set);
}

Flag* FlagSet::find(std::string_view name) {
  const auto at = std::find_if(flags_.begin(), flags_.end(),
                               [name](const Flag& flag) { return flag.name == name; });
  return at == flags_.end() ? nullptr : &*at;
}

bool FlagSet::take_long(std::string_view text, const Peek& peek) {
  const auto equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  Flag* flag = find(name);
  bool is_on = true;
  if (flag == nullptr && name.starts_with("no-")) {
    flag = find(name.substr(3));
    if (flag != nullptr && !flag->is_boolean) flag = nullptr;
    is_on = false;
  }
  if (flag == nullptr) {
    throw FlagError(fmt::format("unknown long flag '--{}'", name), similar_flag(name));
  }
  if (flag->is_boolean) {
    if (equals != std::string_view::npos) {
      throw FlagError(fmt::format("flag '{0}' takes no value, got '{1}': write --{0} or --no-{0}",
                                  flag->name, base::visible(text.substr(equals + 1))));
    }
    given_.push_back({flag, is_on ? "true" : "false"});
    return false;
  }
  if (equals != std::string_view::npos) {
    given_.push_back({flag, std::string(text.substr(equals + 1))});
    return false;
  }
  const std::string* const next = peek();
  if (next == nullptr) throw FlagError(fmt::format("expected argument for flag '--{}'", name));
  given_.push_back({flag, *next});
  return true;
}

std::string FlagSet::similar_flag(std::string_view name) const {
  const bool is_negated = name.starts_with("no-");
  std::vector<std::string_view> names = {"help"};
  for (const auto& act : kActs) names.push_back(act.name);
  for (const auto& flag : flags_) {
    if (flag.is_boolean || !is_negated) names.emplace_back(flag.name);
  }
  const auto meant = base::most_similar(is_negated ? name.substr(3) : name, names);
  return meant.empty() ? std::string() : fmt::format("--{}{}", is_negated ? "no-" : "", meant);
}

void FlagSet::set_values() {
  for (auto& [flag, value] : given_) {
    if (flag->is_given && !flag->is_repeatable) {
      throw FlagError(fmt::format("flag '{}' cannot be repeated", flag->name));
    }
    flag->is_given = true;
    flag->text = value;
    if (is_in_quotes(value)) refuse(*flag, "a value without quotes around it");
    try {
      flag->set(value);
    } catch (const BadValue& allowed) {
      refuse(*flag, allowed.what());
    }
  }
}

void FlagSet::refuse(const Flag& flag, std::string_view allowed) {
  throw FlagError(value_error(flag.name, allowed, flag.text));
}

FlagSet::Request FlagSet::parse(std::span<const std::string> arguments) {
  if (asks_for_completion(arguments)) return Request::Completion;
  ArgumentQueue queue(arguments);
  Request request = Request::Run;
  while (queue.peek() != nullptr) {
    const bool is_flag = queue.front_is_flag();
    const std::string argument = queue.take();
    if (!is_flag) {
      const bool is_first = argument == arguments.front();
      refuse_word(argument, is_first ? commands_ : std::span<const std::string_view>());
    }
    if (is_help(argument)) {
      request = Request::Help;
    } else if (argument.starts_with("--")) {
      if (const auto act = act_of(argument)) return *act;
      if (argument == "--no-completion-bash") continue;
      const bool took_next =
          take_long(std::string_view(argument).substr(2), [&queue] { return queue.peek_value(); });
      if (took_next) queue.take();
    } else {
      refuse_short(argument);
    }
  }
  if (request == Request::Run) set_values();
  return request;
}

void FlagSet::parse(std::span<const std::string> arguments, std::vector<std::string>& words) {
  ArgumentQueue queue(arguments);
  while (queue.peek() != nullptr) {
    const bool is_flag = queue.front_is_flag();
    std::string argument = queue.take();
    if (!is_flag) {
      words.push_back(std::move(argument));
      continue;
    }
    if (!argument.starts_with("--")) refuse_short(argument);
    const bool took_next =
        take_long(std::string_view(argument).substr(2), [&queue] { return queue.peek_value(); });
    if (took_next) queue.take();
  }
  set_values();
}

}  // namespace weir::app
