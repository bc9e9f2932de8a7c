// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/flags.h"
#include "app/commands/command.h"
#include "weir/rulefile/builtin.h"
#include "weir/rulefile/config_error.h"

namespace weir::app {
namespace {

std::string answer(std::vector<std::string> arguments, std::size_t columns = 80) {
  arguments.insert(arguments.begin(), "mappings");
  const auto result = run_command(arguments, columns);
  EXPECT_EQ(result.value().exit_code, 0);
  return result->text;
}

std::string mappings_error_of(const std::vector<std::string>& arguments) {
  try {
    (void)answer(arguments);
  } catch (const FlagError& error) {
    return error.what();
  } catch (const rulefile::ConfigError& error) {
    return error.what();
  }
  return "";
}

// What a message says may have been meant.
std::string mappings_meant_by(const std::vector<std::string>& arguments) {
  try {
    (void)answer(arguments);
  } catch (const FlagError& error) {
    return error.meant();
  }
  return "no error";
}

TEST(MappingsCommand, ListsEachFileOnALineOfItsOwn) {
  const auto list = answer({"list"});

  EXPECT_EQ(static_cast<std::size_t>(std::count(list.begin(), list.end(), '\n')),
            rulefile::builtin_names().size());
  EXPECT_THAT(list, testing::ContainsRegex("example +A small mapping file to start from"));
}

TEST(MappingsCommand, ShowsAFileAsItIs) {
  EXPECT_EQ(answer({"show", "example"}), rulefile::builtin_text("example"));
}

TEST(MappingsCommand, TellsHowItIsCalled) {
  EXPECT_THAT(answer({"--help"}), testing::HasSubstr("mappings show NAME"));
  EXPECT_EQ(answer({"show", "-h"}), answer({"--help"}));
}

TEST(MappingsCommand, KeepsItsHelpWithinTheWidth) {
  EXPECT_THAT(answer({"--help"}, 40),
              testing::StartsWith("Commands:\n"
                                  "  mappings list\n"
                                  "    Name the mapping files that are\n"
                                  "    compiled in, for\n"
                                  "    --statsd.mapping-config=builtin:NAME.\n"));
}

TEST(MappingsCommand, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(mappings_error_of({}), "expected list or show behind mappings");
  EXPECT_EQ(mappings_error_of({"lost"}), "unexpected lost");
  EXPECT_EQ(mappings_error_of({"list", "x"}), "unexpected x");
  EXPECT_EQ(mappings_error_of({"show"}), "expected the name of a mapping behind mappings show");
  EXPECT_EQ(mappings_error_of({"show", "example", "x"}), "unexpected x");
  EXPECT_EQ(mappings_error_of({"show", "example", "--dag"}),
            "unknown flag '--dag' of mappings show");
  EXPECT_EQ(mappings_error_of({"show", "example", "--dag-id"}),
            "expected argument for flag '--dag-id'");
  EXPECT_THAT(mappings_error_of({"show", "nothing"}),
              testing::StartsWith("builtin:nothing: there is no such mapping, use one of: "));
}

TEST(MappingsCommand, GuessesWhatWasMeant) {
  EXPECT_EQ(mappings_meant_by({"lst"}), "list");
  EXPECT_EQ(mappings_meant_by({"shwo", "example"}), "show");
  EXPECT_EQ(mappings_meant_by({"remove"}), "");
  EXPECT_EQ(mappings_meant_by({"show", "example", "--dagid"}), "--dag-id");
  EXPECT_EQ(mappings_meant_by({"show", "example", "--all"}), "");
}

TEST(Commands, LeaveOtherLinesToTheFlags) {
  EXPECT_FALSE(run_command({}, 80));
  EXPECT_FALSE(run_command(std::vector<std::string>{"mapping"}, 80));
  EXPECT_FALSE(run_command(std::vector<std::string>{"--check-config", "mappings"}, 80));
}

TEST(MappingsCommand, RefusesIdsThatNoGlobCanHold) {
  EXPECT_THAT(mappings_error_of({"show", "example", "--dag-id=a..b"}),
              testing::StartsWith("DAG id 'a..b' must be letters"));
  EXPECT_THAT(mappings_error_of({"show", "--dag-id", "a", "--dag-id", "", "example"}),
              testing::StartsWith("DAG id '' must be letters"));
}

TEST(MappingsCommand, RefusesIdsWhereNoRuleHasOne) {
  EXPECT_THAT(mappings_error_of({"show", "example", "--dag-id=a.b"}),
              testing::StartsWith("builtin:example: no rule has a label dag_id"));
}

}  // namespace
}  // namespace weir::app
