// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "weir/lint/lint.h"
#include "weir/rulefile/builtin.h"

namespace weir::lint {
namespace {

// Errors and warnings.
std::vector<std::string> faults_of(const std::vector<Finding>& findings) {
  std::vector<std::string> faults;
  for (const auto& finding : findings) {
    if (finding.kind->severity == Severity::Note) continue;
    faults.push_back(std::to_string(finding.line) + " " + std::string(finding.kind->id) + ": " +
                     finding.message);
  }
  return faults;
}

TEST(BuiltinMappings, HaveNoFaults) {
  const auto names = rulefile::builtin_names();
  ASSERT_GT(names.size(), 15);
  for (const auto name : names) {
    const auto path = std::string(rulefile::kBuiltinPrefix) + std::string(name);
    EXPECT_THAT(faults_of(lint_file(path)), testing::IsEmpty()) << name;
  }
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// The mapping files and rules in blocks of YAML of a document.
std::vector<std::string> mappings_in(const std::string& document) {
  const std::string begin = "```yaml\n";
  std::vector<std::string> found;
  for (auto at = document.find(begin); at != std::string::npos; at = document.find(begin, at)) {
    at += begin.size();
    auto block = document.substr(at, document.find("```", at) - at);
    if (block.starts_with("- match:")) block.insert(0, "mappings:\n");
    if (block.starts_with("mappings:") || block.starts_with("defaults:")) found.push_back(block);
  }
  return found;
}

TEST(ExamplesOfDocuments, HaveNoFaults) {
  const std::string folder = WEIR_DOCS_DIR;
  std::size_t count = 0;
  for (const auto& path :
       {std::string(WEIR_README), folder + "/mapping.md", folder + "/airflow.md"}) {
    for (const auto& mapping : mappings_in(text_of(path))) {
      ++count;
      // Some show names that only a daemon for UTF-8 takes.
      const auto findings = lint_text(mapping, {base::NameValidation::Utf8});
      EXPECT_THAT(faults_of(findings), testing::IsEmpty()) << path << "\n" << mapping;
    }
  }
  EXPECT_GT(count, 10);
}

TEST(ExampleOfIgnoring, LeavesNothingToFind) {
  const auto document = text_of(std::string(WEIR_DOCS_DIR) + "/lint.md");
  const auto begin = document.find("# weir:ignore");
  ASSERT_NE(begin, std::string::npos);
  const auto example = document.substr(begin, document.find("```", begin) - begin);

  EXPECT_GT(std::ranges::count(example, '#'), 2);
  EXPECT_TRUE(lint_text(example).empty()) << lint_text(example)[0].message;
}

}  // namespace
}  // namespace weir::lint
