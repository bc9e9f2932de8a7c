// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/builtin.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(BuiltinMappings, AreTheFilesOfTheTree) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(WEIR_MAPPINGS_DIR)) {
    if (entry.path().extension() == ".yml") names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);

  std::vector<std::string> known;
  for (const auto& mapping : builtin_mappings()) {
    known.emplace_back(mapping.name);
    EXPECT_EQ(mapping.text, text_of(fs::path(WEIR_MAPPINGS_DIR) / (known.back() + ".yml")));
  }
  EXPECT_EQ(known, names) << "mappings/meson.build lists what is compiled in";
}

TEST(BuiltinMappings, LoadWithoutWarningsAndSayWhatTheyAre) {
  for (const auto& mapping : builtin_mappings()) {
    const std::string path = std::string(kBuiltinPrefix) + std::string(mapping.name);

    EXPECT_EQ(lines_of(load_rules(path).warnings), std::vector<std::string>()) << path;
    EXPECT_FALSE(load_rules(path).rules->rules().empty()) << path;
    EXPECT_FALSE(summary(mapping).empty()) << path;
  }
}

TEST(BuiltinMappings, AreNamedWhenThereIsNoSuchOne) {
  try {
    load_rules("builtin:nothing\n");
    FAIL();
  } catch (const ConfigError& error) {
    const std::string message = error.what();
    EXPECT_TRUE(message.starts_with("builtin:nothing\\n: there is no such mapping, use one of: "))
        << message;
    EXPECT_NE(message.find("example"), std::string::npos) << message;
  }
}

TEST(Summary, IsTheFirstCommentThatSaysSomething) {
  EXPECT_EQ(summary({"x", "# SPDX-License-Identifier: x\n\n#\n##  What it is.\n# More.\n"}),
            "What it is.");
  EXPECT_EQ(summary({"x", "a: 1\n# Last"}), "Last");
  EXPECT_EQ(summary({"x", "a: 1 # b\n"}), "");
}

}  // namespace
}  // namespace weir::rulefile
