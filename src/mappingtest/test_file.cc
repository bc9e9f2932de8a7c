// SPDX-License-Identifier: Apache-2.0
#include "weir/mappingtest/test_file.h"

#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mappingtest/expectation_reader.h"
#include "weir/rulefile/builtin.h"
#include "weir/rulefile/fields.h"
#include "weir/rulefile/key_table.h"
#include "weir/rulefile/source_text.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::mappingtest {

namespace {

using rulefile::Diagnostics;
using rulefile::Key;
using rulefile::NodeKind;
using rulefile::YamlNode;

// Null where the file has none.
struct FileDraft {
  const YamlNode* mapping = nullptr;
  const YamlNode* flags = nullptr;
  const YamlNode* tests = nullptr;
};

constexpr std::array<Key<FileDraft>, 3> kFileKeys{{
    {"mapping",
     [](const YamlNode& value, FileDraft& draft, Diagnostics&) { draft.mapping = &value; }},
    {"flags", [](const YamlNode& value, FileDraft& draft, Diagnostics&) { draft.flags = &value; }},
    {"tests", [](const YamlNode& value, FileDraft& draft, Diagnostics&) { draft.tests = &value; }},
}};

struct TestDraft {
  const YamlNode* name = nullptr;
  const YamlNode* lines = nullptr;
  const YamlNode* expect = nullptr;
};

constexpr std::array<Key<TestDraft>, 3> kTestKeys{{
    {"name", [](const YamlNode& value, TestDraft& draft, Diagnostics&) { draft.name = &value; }},
    {"lines", [](const YamlNode& value, TestDraft& draft, Diagnostics&) { draft.lines = &value; }},
    {"expect",
     [](const YamlNode& value, TestDraft& draft, Diagnostics&) { draft.expect = &value; }},
}};

bool is_absent(const YamlNode* node) { return node == nullptr || node->kind == NodeKind::Null; }

std::string beside(const std::string& file, std::string_view mapping) {
  if (rulefile::is_builtin(mapping)) return std::string(mapping);
  const auto folder = std::filesystem::path(file).parent_path();
  return (folder / std::filesystem::path(mapping)).lexically_normal().string();
}

void read_mapping(const FileDraft& draft, const YamlNode& root, TestFile& file,
                  Diagnostics& diagnostics) {
  const auto errors_before = diagnostics.error_count();
  const auto text =
      is_absent(draft.mapping) ? std::nullopt : rulefile::read_text(*draft.mapping, diagnostics);
  if (diagnostics.error_count() != errors_before) return;
  if (!text || text->empty()) {
    diagnostics.error(root.position, "the file names no mapping file",
                      "write `mapping: FILE` or `mapping: builtin:NAME`");
    return;
  }
  file.mapping = beside(file.path, *text);
  file.mapping_position = draft.mapping->position;
}

std::vector<Setting> read_settings(const YamlNode* flags, Diagnostics& diagnostics) {
  std::vector<Setting> settings;
  if (is_absent(flags) || !rulefile::is_map(*flags, "flags", diagnostics)) return settings;
  settings.reserve(flags->entries.size());
  for (const auto& [key, value] : flags->entries) {
    const auto text = rulefile::read_text(*value, diagnostics);
    settings.push_back({key->text, std::string(text.value_or("")), key->position});
  }
  return settings;
}

// `lines` is not absent.
std::vector<std::string> read_lines(const YamlNode& lines, Diagnostics& diagnostics) {
  std::vector<std::string> read;
  if (!rulefile::is_list(lines, "lines", diagnostics)) return read;
  if (lines.entries.empty()) {
    diagnostics.error(lines.position, "there are no lines", "write StatsD lines, each as an item");
  }
  read.reserve(lines.entries.size());
  for (const auto& item : lines.entries) {
    const auto text = rulefile::read_text(*item.value, diagnostics).value_or("");
    if (text.find('\n') != std::string_view::npos) {
      diagnostics.error(item.value->position, "more than one line in one item",
                        "write each line as an item of its own");
    }
    read.emplace_back(text);
  }
  return read;
}

// What is not absent.
Test read_test(const YamlNode& node, const TestDraft& draft, Diagnostics& diagnostics) {
  Test test;
  test.position = node.position;
  test.name = rulefile::read_text(*draft.name, diagnostics).value_or("");
  test.lines = read_lines(*draft.lines, diagnostics);
  test.expectation = read_expectation(*draft.expect, diagnostics);
  return test;
}

void fault_absent(const YamlNode& node, const TestDraft& draft, Diagnostics& diagnostics) {
  std::vector<std::string_view> missing;
  if (is_absent(draft.name)) missing.emplace_back("name");
  if (is_absent(draft.lines)) missing.emplace_back("lines");
  if (is_absent(draft.expect)) missing.emplace_back("expect");
  diagnostics.error(node.position,
                    fmt::format("a test without {}", fmt::join(missing, " and without ")),
                    "each test has `name`, `lines` and `expect`");
}

std::vector<Test> read_tests(const FileDraft& draft, const YamlNode& root,
                             Diagnostics& diagnostics) {
  std::vector<Test> tests;
  if (is_absent(draft.tests)) {
    diagnostics.error(root.position, "the file has no tests",
                      "write `tests:` and a list of them below");
    return tests;
  }
  if (!rulefile::is_list(*draft.tests, "tests", diagnostics)) return tests;
  if (draft.tests->entries.empty()) {
    diagnostics.error(draft.tests->position, "the list of tests is empty", "write one at least");
  }
  tests.reserve(draft.tests->entries.size());
  for (const auto& item : draft.tests->entries) {
    TestDraft test;
    const auto errors_before = diagnostics.error_count();
    rulefile::read_map<TestDraft>(*item.value, "a test", kTestKeys, test, diagnostics);
    if (diagnostics.error_count() != errors_before) continue;
    if (is_absent(test.name) || is_absent(test.lines) || is_absent(test.expect)) {
      fault_absent(*item.value, test, diagnostics);
      continue;
    }
    tests.push_back(read_test(*item.value, test, diagnostics));
  }
  return tests;
}

}  // namespace

TestFile parse_test_file(std::string_view text, const std::string& path) {
  Diagnostics diagnostics(path);
  const auto document =
      rulefile::YamlDocument::parse(rulefile::decode_source(text, path), diagnostics);
  const auto& root = document.root();
  FileDraft draft;
  const auto errors_before = diagnostics.error_count();
  rulefile::read_map<FileDraft>(root, "the file", kFileKeys, draft, diagnostics);
  // A key that is misspelt is missing, too.
  if (diagnostics.error_count() != errors_before) diagnostics.throw_errors();
  TestFile file;
  file.path = path;
  read_mapping(draft, root, file, diagnostics);
  file.settings = read_settings(draft.flags, diagnostics);
  file.tests = read_tests(draft, root, diagnostics);
  diagnostics.throw_errors();
  return file;
}

TestFile read_test_file(const std::string& path) {
  return parse_test_file(rulefile::read_source(path), path);
}

}  // namespace weir::mappingtest
