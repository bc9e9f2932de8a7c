// SPDX-License-Identifier: Apache-2.0
#include "app/commands/migrate_command.h"

#include <cstdlib>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "app/cli/flag_help.h"
#include "app/cli/flag_values.h"
#include "app/cli/flags.h"
#include "app/commands/output_format.h"
#include "app/commands/replace_file.h"
#include "weir/base/escape.h"
#include "weir/base/json_writer.h"
#include "weir/base/name_validation.h"
#include "weir/migrate/migrate.h"
#include "weir/rulefile/builtin.h"
#include "weir/rulefile/source_text.h"

namespace weir::app {

namespace {

using migrate::Change;
using migrate::Migration;

struct MigrateArguments {
  Format format = Format::Text;
  base::NameValidation names = base::NameValidation::Legacy;
  bool writes = false;
  bool only_checks = false;
};

void add_flags(FlagSet& flags, MigrateArguments& arguments) {
  flags.add("write", "Write the file in its place instead of printing it.", arguments.writes);
  flags.add("check", "Only say what would change: exit code 1 when something would.",
            arguments.only_checks);
  flags.add_choice("format", "How to print what changed.", kFormats, arguments.format);
  flags.add_choice("name-validation", "As --metrics.name-validation of the daemon.",
                   kNameValidations, arguments.names);
}

// Throws for what does not go together.
void check(const std::vector<std::string>& paths, const MigrateArguments& arguments) {
  if (paths.empty()) throw FlagError("expected a mapping file after migrate");
  if (paths.size() > 1) throw FlagError("unexpected " + paths[1]);
  if (arguments.writes && arguments.only_checks)
    throw FlagError("--write and --check exclude each other");
  if (arguments.writes && rulefile::is_builtin(paths.front()))
    throw FlagError("--write needs a file, and " + paths.front() + " is compiled in");
}

std::string text_of(const std::string& path) {
  if (!rulefile::is_builtin(path)) return rulefile::read_source(path);
  return rulefile::builtin_text(path.substr(rulefile::kBuiltinPrefix.size()));
}

std::string changes_text(const std::string& path, const Migration& migration) {
  std::string out;
  for (const auto& [position, was, is, why] : migration.changes) {
    out +=
        fmt::format("{}:{}:{}: `{}` is {}\n", base::visible(path), position.line, position.column,
                    was, is.empty() ? fmt::format("gone, {}", why) : fmt::format("now `{}`", is));
  }
  for (const auto& left : migration.left)
    out += fmt::format("{} (left as it is)\n", rulefile::text_of(left));
  return out;
}

void write_change(const Change& change, base::JsonWriter& json) {
  json.open_object().key("line").count(change.position.line);
  json.key("column").count(change.position.column).key("was").text(change.was);
  json.key("is");
  if (change.is.empty()) {
    json.null();
  } else {
    json.text(change.is);
  }
  json.key("why").text(change.why).close_object();
}

void write_left(const rulefile::Diagnostic& left, base::JsonWriter& json) {
  json.open_object().key("line").count(left.line).key("column").count(left.column);
  json.key("message").text(left.message).key("hint").text(left.hint).close_object();
}

// With the new file, where it is wanted and there is one.
std::string changes_json(const std::string& path, const Migration& migration, bool has_text) {
  std::string out;
  base::JsonWriter json(out);
  json.open_object().key("file").text(path).key("changes").open_array();
  for (const auto& change : migration.changes) write_change(change, json);
  json.close_array().key("left").open_array();
  for (const auto& left : migration.left) write_left(left, json);
  json.close_array();
  if (has_text && !migration.changes.empty()) json.key("text").text(migration.text);
  json.close_object();
  return out + "\n";
}

}  // namespace

CommandResult migrate_file(std::span<const std::string> arguments) {
  MigrateArguments read;
  FlagSet flags;
  add_flags(flags, read);
  std::vector<std::string> paths;
  flags.parse(arguments, paths);
  check(paths, read);
  const auto& path = paths.front();
  const auto migration = migrate::migrate(text_of(path), path, read.names);
  const bool has_changed = !migration.changes.empty();
  if (read.writes && has_changed) replace_file(path, migration.text);

  const bool prints_file = !read.writes && !read.only_checks;
  const int exit_code = read.only_checks && has_changed ? EXIT_FAILURE : EXIT_SUCCESS;
  if (read.format == Format::Json)
    return {changes_json(path, migration, prints_file), exit_code, {}};
  return {prints_file ? migration.text : std::string(), exit_code, changes_text(path, migration)};
}

std::string complete_migrate(std::span<const std::string> words) {
  MigrateArguments unused;
  FlagSet flags;
  add_flags(flags, unused);
  return completions(flags.flags(), words);
}

}  // namespace weir::app
