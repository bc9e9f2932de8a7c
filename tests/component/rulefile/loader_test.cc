// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/loader.h"

#include <cstdio>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "weir/rulefile/config_error.h"

namespace weir::rulefile {
namespace {

TEST(RuleLoader, ReadsAFile) {
  const auto path = testing::TempDir() + "weir_rule_loader_test.yml";
  std::ofstream(path) << "mappings:\n- {match: a, name: n, bad: 1}\n";

  try {
    load_rules(path);
    FAIL() << "the file has an unknown key";
  } catch (const ConfigError& error) {
    EXPECT_TRUE(std::string_view(error.what()).starts_with(path + ":2:23: unknown key"))
        << error.what();
  }
  std::remove(path.c_str());
}

TEST(RuleLoader, ReportsWhyAFileCannotBeRead) {
  const auto message = [](const std::string& path) -> std::string {
    try {
      load_rules(path);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  };

  EXPECT_EQ(message("/nonexistent/m.yml"),
            "/nonexistent/m.yml: cannot be read: No such file or directory, check the path and its "
            "permissions");
  EXPECT_TRUE(message("/").starts_with("/: cannot be read: Is a directory"));
}

}  // namespace
}  // namespace weir::rulefile
