// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flag_help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weir::app {

namespace {

constexpr std::string_view kHelpText =
    "Show this help and exit (see also --help-long and --help-man).";
constexpr std::string_view kVersionText = "Show the version and exit.";
// Flags wider than this have their text on the next line.
constexpr std::size_t kFlagWidthMax = 30;

struct Row {
  std::string flag;
  std::string_view help;
};

std::vector<Row> rows_of(std::span<const Flag> flags) {
  std::vector<Row> rows = {{"-h, --[no-]help", kHelpText}};
  for (const auto& flag : flags) {
    rows.push_back({fmt::format("    --{}{}{}{}", flag.is_boolean ? "[no-]" : "", flag.name,
                                flag.shown_default, flag.is_repeatable ? " ..." : ""),
                    flag.help});
  }
  rows.push_back({"    --[no-]version", kVersionText});
  return rows;
}

// The lines of `text`, broken at blanks, each within `width` where its words allow.
std::vector<std::string_view> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string_view> lines;
  while (width > 0 && text.size() > width) {
    auto cut = text.rfind(' ', width);
    if (cut == std::string_view::npos) cut = text.find(' ');
    if (cut == std::string_view::npos) break;
    lines.push_back(text.substr(0, cut));
    text.remove_prefix(cut + 1);
  }
  lines.push_back(text);
  return lines;
}

std::string table(const std::vector<Row>& rows, std::size_t columns) {
  std::size_t widest = 0;
  for (const auto& row : rows) {
    if (row.flag.size() < kFlagWidthMax) widest = std::max(widest, row.flag.size());
  }
  const std::size_t offset = widest + 4;
  std::string out;
  for (const auto& row : rows) {
    out += fmt::format("  {:<{}}  ", row.flag, widest);
    const auto lines = wrapped(row.help, columns > offset ? columns - offset : 0);
    bool is_beside = row.flag.size() < kFlagWidthMax;
    for (const auto line : lines) {
      if (!std::exchange(is_beside, false)) out += '\n' + std::string(offset, ' ');
      out += line;
    }
    out += '\n';
  }
  return out;
}

std::string escaped_for_man(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '-') out += '\\';
    out += c;
  }
  // A line must not begin with a command.
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string man_entry(std::string_view head, std::string_view text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped_for_man(head), escaped_for_man(text));
}

// Flags that are not in the list and have no values to offer.
bool is_other_flag(std::string_view name) {
  return name == "help" || name == "version" || name.starts_with("help-") ||
         name.starts_with("completion-");
}

std::string names_of(std::span<const Flag> flags) {
  std::string out = "--help";
  for (const auto& flag : flags) out += "\n--" + flag.name;
  return out + "\n--version";
}

}  // namespace

std::string commands_text(std::span<const Command> commands, std::size_t columns) {
  constexpr std::size_t kIndent = 4;
  std::string out = "Commands:\n";
  for (const auto& command : commands) {
    out += fmt::format("  {}\n", command.usage);
    for (const auto line : wrapped(command.help, columns > kIndent ? columns - kIndent : 0)) {
      out += fmt::format("{:{}}{}\n", "", kIndent, line);
    }
  }
  return out;
}

std::string usage_text(std::span<const Flag> flags, std::string_view program, std::size_t columns) {
  return fmt::format("usage: {} [<flags>]\n\n\nFlags:\n{}\n", program,
                     table(rows_of(flags), columns));
}

std::string long_usage_text(std::span<const Flag> flags, std::string_view program,
                            std::size_t columns) {
  return fmt::format("usage: {} [<flags>]\n\nFlags:\n{}\n", program,
                     table(rows_of(flags), columns));
}

std::string man_page(std::span<const Flag> flags, std::span<const Command> commands,
                     std::string_view program, std::string_view version) {
  std::string out = fmt::format(
      ".TH \"{0}\" 1 \"\" \"{1}\"\n.SH NAME\n{0} \\- StatsD in, Prometheus out\n"
      ".SH SYNOPSIS\n.B {0}\n[\\fIflags\\fR]\n.br\n.B {0}\n\\fIcommand\\fR\n.SH OPTIONS\n",
      escaped_for_man(program), escaped_for_man(version));
  for (const auto& row : rows_of(flags)) {
    out += man_entry(row.flag.substr(row.flag.find_first_not_of(' ')), row.help);
  }
  out += ".SH COMMANDS\n";
  for (const auto& command : commands) out += man_entry(command.usage, command.help);
  return out;
}

std::string completions(std::span<const Flag> flags, std::span<const std::string> arguments) {
  const std::string_view current =
      arguments.empty() ? std::string_view() : std::string_view(arguments.back());
  const std::string_view previous =
      arguments.size() < 2 ? std::string_view() : std::string_view(arguments[arguments.size() - 2]);
  std::string_view name;
  std::string_view value;
  if (current.starts_with("--")) {
    name = current.substr(2);
  } else if (previous.starts_with("--")) {
    name = previous.substr(2);
    value = current;
  } else {
    return {};
  }
  const auto flag =
      std::find_if(flags.begin(), flags.end(), [name](const Flag& f) { return f.name == name; });
  if (flag == flags.end()) return is_other_flag(name) ? std::string() : names_of(flags);
  const auto& choices = flag->choices;
  // A finished value wants nothing more.
  const bool is_whole = std::find(choices.begin(), choices.end(), value) != choices.end();
  return is_whole ? std::string() : fmt::format("{}", fmt::join(choices, "\n"));
}

std::string bash_completion_script(std::string_view program) {
  std::string function(program);
  std::replace_if(
      function.begin(), function.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return fmt::format(
      R"sh(# Completion of {0} for bash: put this where bash-completion looks, or source it.
__complete_{1}() {{
  local words=("${{COMP_WORDS[@]:1:COMP_CWORD}}") offered
  offered=$("${{COMP_WORDS[0]}}" --completion-bash "${{words[@]}}")
  mapfile -t COMPREPLY < <(compgen -W "$offered" -- "${{COMP_WORDS[COMP_CWORD]}}")
}}
complete -o default -F __complete_{1} {0}
)sh",
      program, function);
}

std::string zsh_completion_script(std::string_view program) {
  return fmt::format(R"sh(#compdef {0}
# Completion of {0} for zsh: put this into a folder of $fpath as _{0}.
local -a offered
offered=("${{(@f)$("${{words[1]}}" --completion-bash "${{(@)words[2,$CURRENT]}}")}}")
compadd -a offered
[[ $compstate[nmatches] -gt 0 || $PREFIX == -* ]] || _files
)sh",
                     program);
}

}  // namespace weir::app
