// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/builtin.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
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

// The file that is compiled in as `name`: one that the build made, or one of the tree.
fs::path file_of(std::string_view name) {
  const auto file = std::string(name) + ".yml";
  const auto built = fs::path(WEIR_BUILT_MAPPINGS_DIR) / file;
  return fs::exists(built) ? built : fs::path(WEIR_MAPPINGS_DIR) / file;
}

TEST(BuiltinMappings, AreSortedByName) { EXPECT_TRUE(std::ranges::is_sorted(builtin_names())); }

TEST(BuiltinMappings, AreTheFilesByteForByte) {
  for (const auto name : builtin_names()) {
    EXPECT_TRUE(fs::exists(file_of(name))) << name;
    EXPECT_EQ(builtin_text(name), text_of(file_of(name))) << name;
  }
}

TEST(BuiltinMappings, HaveAllFilesOfTheTree) {
  const auto names = builtin_names();
  for (const auto& entry : fs::directory_iterator(WEIR_MAPPINGS_DIR)) {
    if (entry.path().extension() != ".yml") continue;
    EXPECT_NE(std::ranges::find(names, entry.path().stem().string()), names.end())
        << entry.path() << ": mappings/meson.build lists what is compiled in";
  }
}

TEST(BuiltinMappings, LoadWithoutWarningsAndSayWhatTheyAre) {
  for (const auto name : builtin_names()) {
    const std::string path = std::string(kBuiltinPrefix) + std::string(name);

    EXPECT_EQ(lines_of(load_rules(path).warnings), std::vector<std::string>()) << path;
    EXPECT_FALSE(load_rules(path).rules->rules().empty()) << path;
    EXPECT_FALSE(summary(builtin_text(name)).empty()) << path;
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
  EXPECT_EQ(summary("# SPDX-License-Identifier: x\n\n#\n##  What it is.\n# More.\n"),
            "What it is.");
  EXPECT_EQ(summary("a: 1\n# Last"), "Last");
  EXPECT_EQ(summary("a: 1 # b\n"), "");
}

}  // namespace
}  // namespace weir::rulefile
