// SPDX-License-Identifier: Apache-2.0
#include "app/flags.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "app/flag_values.h"

namespace weir::app {

namespace {

// Arguments of `@file`: each line is one, blank lines and comments are none.
void append_file(const std::string& path, std::vector<std::string>& out) {
  std::ifstream file(path);
  if (!file) {
    throw FlagError(fmt::format(
        "failed to open arguments file \"{0}\": open {0}: no such file or directory", path));
  }
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != '#') out.push_back(line);
  }
}

std::vector<std::string> expanded(std::span<const std::string> arguments) {
  std::vector<std::string> all;
  bool is_open = true;
  for (const auto& argument : arguments) {
    if (argument == "--") is_open = false;
    if (is_open && argument.starts_with('@')) {
      append_file(argument.substr(1), all);
    } else {
      all.push_back(argument);
    }
  }
  return all;
}

constexpr std::size_t kHelpColumn = 31;

// Breaks `text` at blanks into lines that fit behind the column of the help texts.
std::string wrapped(std::string_view text, std::size_t columns) {
  const std::size_t width = columns > kHelpColumn + 20 ? columns - kHelpColumn : 20;
  std::string out;
  while (text.size() > width) {
    auto cut = text.rfind(' ', width);
    if (cut == std::string_view::npos || cut == 0) cut = std::min(text.find(' '), text.size());
    out += text.substr(0, cut);
    out += '\n' + std::string(kHelpColumn, ' ');
    text.remove_prefix(std::min(cut + 1, text.size()));
  }
  out += text;
  return out;
}

}  // namespace

FlagSet::Flag& FlagSet::make(std::string name, std::string help) {
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

void FlagSet::add(std::string name, std::string help, std::int64_t& target) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = fmt::format("={}", target);
  flag.set = [&target](std::string_view text) { target = parse_truncated(text); };
}

void FlagSet::add(std::string name, std::string help, std::uint64_t& target) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = fmt::format("={}", target);
  flag.set = [&target](std::string_view text) { target = parse_unsigned(text); };
}

void FlagSet::add(std::string name, std::string help, std::chrono::nanoseconds& target) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = "=" + duration_text(target);
  flag.set = [&target](std::string_view text) { target = parse_duration(text); };
}

void FlagSet::add_choice(std::string name, std::string help, std::vector<std::string> choices,
                         std::string& target) {
  Flag& flag = make(std::move(name), std::move(help));
  flag.shown_default = "=" + target;
  flag.set = [&target, choices = std::move(choices)](std::string_view text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      throw FlagError(
          fmt::format("enum value must be one of {}, got '{}'", fmt::join(choices, ","), text));
    }
    target = text;
  };
}

FlagSet::Flag* FlagSet::find(std::string_view name) {
  const auto at = std::find_if(flags_.begin(), flags_.end(),
                               [name](const Flag& flag) { return flag.name == name; });
  return at == flags_.end() ? nullptr : &*at;
}

void FlagSet::give(Flag& flag) {
  if (flag.is_given) throw FlagError(fmt::format("flag '{}' cannot be repeated", flag.name));
  flag.is_given = true;
}

bool FlagSet::take_long(std::string_view text, const std::string* next) {
  const auto equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  if (name == "help" || name == "no-help") return wants_help_ = true, false;
  if (name == "version" || name == "no-version") return wants_version_ = true, false;

  Flag* flag = find(name);
  bool is_on = true;
  if (flag == nullptr && name.starts_with("no-")) {
    flag = find(name.substr(3));
    if (flag != nullptr && !flag->is_boolean) flag = nullptr;
    is_on = false;
  }
  if (flag == nullptr) throw FlagError(fmt::format("unknown long flag '--{}'", name));
  give(*flag);
  if (flag->is_boolean) {
    if (equals != std::string_view::npos) {
      throw FlagError(fmt::format("unexpected {}", text.substr(equals + 1)));
    }
    flag->set(is_on ? "true" : "false");
    return false;
  }
  if (equals != std::string_view::npos) {
    flag->set(text.substr(equals + 1));
    return false;
  }
  if (next == nullptr || next->starts_with('-')) {
    throw FlagError(fmt::format("expected argument for flag '--{}'", name));
  }
  flag->set(*next);
  return true;
}

FlagSet::Request FlagSet::parse(std::span<const std::string> arguments) {
  const auto all = expanded(arguments);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string& argument = all[i];
    const std::string* next = i + 1 < all.size() ? &all[i + 1] : nullptr;
    if (argument == "--") {
      if (next != nullptr) throw FlagError("unexpected " + *next);
      break;
    }
    if (argument.starts_with("--")) {
      if (take_long(std::string_view(argument).substr(2), next)) ++i;
      if (wants_version_) return Request::Version;
    } else if (argument == "-h") {
      wants_help_ = true;
    } else if (argument.starts_with('-') && argument.size() > 1) {
      throw FlagError(fmt::format("unknown short flag '{}'", argument.substr(0, 2)));
    } else {
      throw FlagError("unexpected " + argument);
    }
  }
  return wants_help_ ? Request::Help : Request::Run;
}

std::string FlagSet::usage(std::string_view program, std::size_t columns) const {
  std::string out = fmt::format("usage: {} [<flags>]\n\n\nFlags:\n", program);
  const auto row = [&out, columns](std::string left, std::string_view help) {
    if (left.size() + 2 > kHelpColumn) {
      left += '\n' + std::string(kHelpColumn, ' ');
    } else {
      left.append(kHelpColumn - left.size(), ' ');
    }
    out += left + wrapped(help, columns) + '\n';
  };
  row("  -h, --[no-]help", "Show this help and exit.");
  row("      --[no-]version", "Show the version and exit.");
  for (const auto& flag : flags_) {
    row(fmt::format("      --{}{}{}", flag.is_boolean ? "[no-]" : "", flag.name,
                    flag.shown_default),
        flag.help);
  }
  return out;
}

}  // namespace weir::app
