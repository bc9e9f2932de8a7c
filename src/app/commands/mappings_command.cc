// SPDX-License-Identifier: Apache-2.0
#include "app/commands/mappings_command.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/flags.h"
#include "weir/rulefile/airflow_dag_ids.h"
#include "weir/rulefile/builtin.h"

namespace weir::app {

namespace {

constexpr std::string_view kDagFlag = "--dag-id";
constexpr std::array kUsage = {
    Command{"mappings list",
            "Name the mapping files that are compiled in, for "
            "--statsd.mapping-config=builtin:NAME."},
    Command{"mappings show NAME [--dag-id=ID ...]",
            "Print one of them. With --dag-id, with rules that keep this dotted id of an Airflow "
            "DAG whole. Repeatable."},
};

std::string list() {
  const auto names = rulefile::builtin_names();
  std::size_t widest = 0;
  for (const auto name : names) widest = std::max(widest, name.size());
  std::string out;
  for (const auto name : names) {
    const auto text = rulefile::builtin_text(name);
    out += fmt::format("{:<{}}  {}\n", name, widest, rulefile::summary(text));
  }
  return out;
}

struct ShowArguments {
  std::optional<std::string> name;
  std::vector<std::string> dag_ids;
};

ShowArguments read(std::span<const std::string> arguments) {
  ShowArguments read;
  while (!arguments.empty()) {
    const std::string argument = arguments.front();
    arguments = arguments.subspan(1);
    if (argument.starts_with(std::string(kDagFlag) + "=")) {
      read.dag_ids.push_back(argument.substr(kDagFlag.size() + 1));
    } else if (argument == kDagFlag) {
      if (arguments.empty()) throw FlagError("expected argument for flag '--dag-id'");
      read.dag_ids.push_back(arguments.front());
      arguments = arguments.subspan(1);
    } else if (argument.starts_with('-')) {
      throw FlagError(fmt::format("unknown flag '{}' of mappings show", argument));
    } else if (read.name) {
      throw FlagError(fmt::format("unexpected {}", argument));
    } else {
      read.name = argument;
    }
  }
  return read;
}

std::string show(std::span<const std::string> arguments) {
  const auto [name, dag_ids] = read(arguments);
  if (!name) throw FlagError("expected the name of a mapping behind mappings show");
  auto text = rulefile::builtin_text(*name);
  if (dag_ids.empty()) return text;
  for (const auto& id : dag_ids) {
    if (rulefile::is_dag_id(id)) continue;
    throw FlagError(
        fmt::format("DAG id '{}' must be letters, digits, '_', '-' and single dots "
                    "between them, with no part that begins with '-'",
                    id));
  }
  return rulefile::split_dag_ids(text, std::string(rulefile::kBuiltinPrefix) + *name, dag_ids);
}

std::string names() { return fmt::format("{}", fmt::join(rulefile::builtin_names(), "\n")); }

// `words` are those behind `mappings show`.
std::string show_completions(std::span<const std::string> words) {
  const auto before = words.first(words.size() - 1);
  // Shells part `--dag-id=` into words, too.
  if (!before.empty() && (before.back() == kDagFlag || before.back() == "=")) return {};
  if (words.back().starts_with('-')) return "--dag-id\n--help";
  const auto is_named = [before](std::string_view name) {
    return std::ranges::find(before, name) != before.end();
  };
  return std::ranges::any_of(rulefile::builtin_names(), is_named) ? std::string() : names();
}

bool asks_for_help(const std::string& argument) { return argument == "--help" || argument == "-h"; }

}  // namespace

std::span<const Command> mappings_usage() { return kUsage; }

std::string mappings_command(std::span<const std::string> arguments, std::size_t columns) {
  if (std::ranges::any_of(arguments, asks_for_help)) return commands_text(kUsage, columns);
  if (arguments.empty()) throw FlagError("expected list or show behind mappings");
  const auto rest = arguments.subspan(1);
  if (arguments.front() == "show") return show(rest);
  if (arguments.front() != "list") throw FlagError("unexpected " + arguments.front());
  if (!rest.empty()) throw FlagError("unexpected " + rest.front());
  return list();
}

bool begins_mappings_command(std::span<const std::string> words) {
  if (words.empty()) return false;
  return words.size() == 1 ? kMappingsCommand.starts_with(words.front())
                           : words.front() == kMappingsCommand;
}

std::string mappings_completions(std::span<const std::string> words) {
  if (words.size() == 1) return std::string(kMappingsCommand);
  if (words.size() == 2) return words.back().starts_with('-') ? "--help" : "list\nshow";
  return words[1] == "show" ? show_completions(words.subspan(2)) : std::string();
}

}  // namespace weir::app
