// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flags.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/options.h"

namespace weir::app {
namespace {

CommandLine parse(const std::vector<std::string>& arguments) {
  return parse_command_line(arguments, "weir", 80);
}

std::string error_of(const std::vector<std::string>& arguments) {
  try {
    parse(arguments);
  } catch (const FlagError& error) {
    return error.what();
  }
  return "no error";
}

TEST(CommandLine, ReadsArgumentsFromAFile) {
  const std::string path = testing::TempDir() + "weir_arguments";
  std::ofstream(path) << "# comment\n\n--statsd.listen-udp=:7\n--check-config\n";

  const auto options = parse({"@" + path}).options;

  EXPECT_EQ(options.udp_addresses, std::vector<std::string>{":7"});
  EXPECT_TRUE(options.is_check_only);
  std::remove(path.c_str());
}

TEST(CommandLine, OpensAFileOfArgumentsWhenItsTurnComes) {
  const std::string path = testing::TempDir() + "weir_own_arguments";
  std::ofstream(path) << "@" << path << "\n";

  EXPECT_EQ(error_of({"--", "@" + path}), "unexpected @" + path);
  EXPECT_EQ(error_of({"--x", "@/nonexistent"}), "unknown long flag '--x'");
  EXPECT_THAT(error_of({"@" + path}), testing::HasSubstr("too many levels"));
  std::remove(path.c_str());
}

}  // namespace
}  // namespace weir::app
