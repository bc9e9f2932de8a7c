// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "migrate/same_rules.h"
#include "migrate/source.h"
#include "weir/migrate/migrate.h"
#include "weir/rulefile/builtin.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

// Of every mapping file of the project that loads.
namespace weir::migrate {
namespace {

constexpr auto kNames = base::NameValidation::Utf8;

struct MappingFile {
  std::string name;
  std::string text;
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<rulefile::LoadedRules> load_written(const std::string& text) {
  try {
    return rulefile::parse_rules(text, "m.yml", {.names = kNames});
  } catch (const rulefile::ConfigError&) {
    return std::nullopt;
  }
}

void add_if_loadable(std::string name, std::string text, std::vector<MappingFile>& files) {
  if (load_written(text)) files.push_back({std::move(name), std::move(text)});
}

// The parts of a scenario whose names are those of mapping files.
void add_parts(const std::string& name, const std::string& scenario,
               std::vector<MappingFile>& files) {
  const std::string end = ".yml --\n";
  for (auto at = scenario.find(end); at != std::string::npos; at = scenario.find(end, at)) {
    at += end.size();
    const auto next = scenario.find("\n-- ", at);
    const auto size = next == std::string::npos ? next : next + 1 - at;
    add_if_loadable(name, scenario.substr(at, size), files);
  }
}

const std::vector<MappingFile>& mapping_files() {
  static const std::vector<MappingFile> kFiles = [] {
    std::vector<MappingFile> files;
    for (const auto* folder : {"tests", "mappings", "packaging"}) {
      const auto root = std::filesystem::path(WEIR_ROOT) / folder;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const auto extension = entry.path().extension();
        if (extension == ".yml") add_if_loadable(entry.path(), text_of(entry.path()), files);
        if (extension == ".txtar") add_parts(entry.path(), text_of(entry.path()), files);
      }
    }
    for (const auto name : rulefile::builtin_names())
      add_if_loadable(std::string(name), rulefile::builtin_text(name), files);
    return files;
  }();
  return kFiles;
}

std::optional<Migration> migrated(const MappingFile& file) {
  try {
    return migrate(file.text, file.name, kNames);
  } catch (const rulefile::ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("cannot be migrated: "));
    return std::nullopt;
  }
}

bool has_old_key(const rulefile::LoadedRules& loaded) {
  return std::ranges::any_of(loaded.warnings, [](const rulefile::Diagnostic& warning) {
    return warning.kind == rulefile::DiagnosticKind::OldKey;
  });
}

std::vector<std::string> comment_set_of(const std::string& text) {
  const Source source(text, "m.yml");
  std::vector<std::string> comments;
  for (std::size_t i = 0; i < source.line_count(); ++i) {
    const auto line = source.text_of(source.line(i));
    const auto begin = comment_begin(line);
    if (begin != std::string_view::npos) comments.emplace_back(line.substr(begin));
  }
  std::ranges::sort(comments);
  return comments;
}

void expect_same(const MappingFile& file, const Migration& migration) {
  const auto loaded = load_written(migration.text);
  ASSERT_TRUE(loaded) << file.name;
  EXPECT_FALSE(difference_of(*load_written(file.text)->rules, *loaded->rules)) << file.name;
  EXPECT_FALSE(has_old_key(*loaded)) << file.name;
  EXPECT_EQ(migration.changes.empty(), migration.text == file.text) << file.name;
  EXPECT_TRUE(migrate(migration.text, file.name, kNames).changes.empty()) << file.name;
  if (!migration.changes.empty()) {
    EXPECT_EQ(comment_set_of(file.text), comment_set_of(migration.text)) << file.name;
  }
}

TEST(MigratedFiles, LoadToTheSameRules) {
  ASSERT_GT(mapping_files().size(), 400);
  std::vector<std::string> refused;
  std::size_t changed = 0;
  for (const auto& file : mapping_files()) {
    const auto migration = migrated(file);
    if (!migration) {
      refused.push_back(file.name);
      continue;
    }
    expect_same(file, *migration);
    changed += migration->changes.empty() ? 0 : 1;
  }
  EXPECT_GT(changed, 30);
  // Those that are there for it.
  EXPECT_THAT(refused,
              testing::Each(testing::AnyOf(testing::HasSubstr("/tests/migrate/cases/"),
                                           testing::HasSubstr("/tests/fuzz/corpus/migrate/"))));
}

// The same file as older releases had it.
std::string aged(std::string text) {
  const std::vector<std::pair<std::string, std::string>> words{
      {"observer_type", "timer_type"},
      {"max_age", "max_summary_age"},
      {"age_buckets", "summary_age_buckets"},
      {"buf_cap", "stream_buffer_size"}};
  for (const auto& [today, old] : words) {
    const std::regex key(fmt::format("([\\n\\r{{, -]){}: ", today));
    text = std::regex_replace(text, key, fmt::format("$1{}: ", old));
  }
  return std::regex_replace(text, std::regex("match_metric_type: observer"),
                            "match_metric_type: timer");
}

TEST(MigratedFiles, AreAsTheyWereBeforeTheyWereAged) {
  std::size_t compared = 0;
  for (const auto& file : mapping_files()) {
    const auto old = aged(file.text);
    if (old == file.text || !load_written(old)) continue;
    const auto before = migrated(file);
    const auto after = migrated({file.name, old});
    // Aliases may share what is old now, and not all of what is aged is a key.
    if (!before || !after ||
        difference_of(*load_written(file.text)->rules, *load_written(old)->rules))
      continue;
    EXPECT_FALSE(difference_of(*load_written(file.text)->rules, *load_written(after->text)->rules))
        << file.name;
    if (!before->changes.empty() || file.text.find('#') != std::string::npos) continue;
    EXPECT_EQ(after->text, file.text) << file.name;
    ++compared;
  }
  EXPECT_GT(compared, 50);
}

}  // namespace
}  // namespace weir::migrate
