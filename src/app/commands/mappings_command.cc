// SPDX-License-Identifier: Apache-2.0
#include "app/commands/mappings_command.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/flags.h"
#include "weir/base/similar.h"
#include "weir/rulefile/airflow_dag_ids.h"
#include "weir/rulefile/builtin.h"

namespace weir::app {

namespace {

constexpr std::string_view kDagFlag = "--dag-id";
constexpr std::array kFlags = {kDagFlag};

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
      throw FlagError(fmt::format("unknown flag '{}' of mappings show", argument),
                      std::string(base::most_similar(argument, kFlags)));
    } else if (read.name) {
      throw FlagError(fmt::format("unexpected {}", argument));
    } else {
      read.name = argument;
    }
  }
  return read;
}

std::string names() { return fmt::format("{}", fmt::join(rulefile::builtin_names(), "\n")); }

}  // namespace

CommandResult list_mappings(std::span<const std::string> arguments) {
  if (!arguments.empty()) throw FlagError("unexpected " + arguments.front());
  const auto names = rulefile::builtin_names();
  std::size_t widest = 0;
  for (const auto name : names) widest = std::max(widest, name.size());
  std::string out;
  for (const auto name : names) {
    const auto text = rulefile::builtin_text(name);
    out += fmt::format("{:<{}}  {}\n", name, widest, rulefile::summary(text));
  }
  return {out};
}

CommandResult show_mapping(std::span<const std::string> arguments) {
  const auto [name, dag_ids] = read(arguments);
  if (!name) throw FlagError("expected the name of a mapping behind mappings show");
  auto text = rulefile::builtin_text(*name);
  if (dag_ids.empty()) return {text};
  for (const auto& id : dag_ids) {
    if (rulefile::is_dag_id(id)) continue;
    throw FlagError(
        fmt::format("DAG id '{}' must be letters, digits, '_', '-' and single dots "
                    "between them, with no part that begins with '-'",
                    id));
  }
  return {rulefile::split_dag_ids(text, std::string(rulefile::kBuiltinPrefix) + *name, dag_ids)};
}

std::string complete_show_mapping(std::span<const std::string> words) {
  const auto before = words.first(words.size() - 1);
  // Shells part `--dag-id=` into words, too.
  if (!before.empty() && (before.back() == kDagFlag || before.back() == "=")) return {};
  if (words.back().starts_with('-')) return "--dag-id\n--help";
  const auto is_named = [before](std::string_view name) {
    return std::ranges::find(before, name) != before.end();
  };
  return std::ranges::any_of(rulefile::builtin_names(), is_named) ? std::string() : names();
}

}  // namespace weir::app
