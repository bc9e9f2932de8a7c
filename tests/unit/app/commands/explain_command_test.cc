// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/flags.h"
#include "app/commands/command.h"

namespace weir::app {
namespace {

using testing::HasSubstr;

CommandResult explained(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "explain");
  return run_command(arguments, 80).value();
}

std::string explain_error_of(const std::vector<std::string>& arguments) {
  try {
    static_cast<void>(explained(arguments));
  } catch (const FlagError& error) {
    return error.what();
  }
  return "";
}

TEST(ExplainCommand, EndsWithOneWhenALineIsNotApplied) {
  EXPECT_EQ(explained({"a:1|c"}).exit_code, 0);
  EXPECT_EQ(explained({"a:1|c", "b:x|c"}).exit_code, 1);
}

TEST(ExplainCommand, EndsWithTwoWhenNothingCanBeSaid) {
  EXPECT_EQ(failure_code(std::vector<std::string>{"explain", "a:1|c"}), 2);
  EXPECT_EQ(failure_code(std::vector<std::string>{"mappings", "show"}), 1);
  EXPECT_EQ(failure_code(std::vector<std::string>{"--check-config"}), 1);
  EXPECT_EQ(failure_code({}), 1);
}

TEST(ExplainCommand, TakesAWordForADatagram) {
  const auto text = explained({"a:1|c\nb:2|g\n"}).text;

  EXPECT_THAT(text, HasSubstr("line      a:1|c\n"));
  EXPECT_THAT(text, HasSubstr("\n\nline      b:2|g\n"));
  EXPECT_EQ(explained({"--format=json", "a:1|c\nb:x|g"}).text.find("}\n{"),
            explained({"--format=json", "a:1|c"}).text.size() - 2);
}

TEST(ExplainCommand, TakesTheFlagsOfTheDaemon) {
  EXPECT_EQ(explained({"users:ann|s"}).exit_code, 1);
  EXPECT_EQ(explained({"--statsd.sets=gauge", "users:ann|s"}).exit_code, 0);
  EXPECT_THAT(explained({"--mapping=builtin:example", "a:1|c"}).text,
              HasSubstr("builtin:example:"));
}

TEST(ExplainCommand, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(explain_error_of({}), "expected a line behind explain, such as 'name:1|c'");
  EXPECT_EQ(explain_error_of({"--maping=x", "a:1|c"}), "unknown long flag '--maping'");
  EXPECT_EQ(explain_error_of({"--format=xml", "a:1|c"}),
            "flag 'format' must be one of text, json, got 'xml'");
  EXPECT_EQ(explain_error_of({"--at=http://a", "--statsd.sets=gauge", "a:1|c"}),
            "flag 'statsd.sets' goes with no --at: the daemon has its own");
}

}  // namespace
}  // namespace weir::app
