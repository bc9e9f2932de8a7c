// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/flags.h"
#include "app/cli/options.h"

namespace weir::app {
namespace {

CommandLine parse_words(const std::vector<std::string>& arguments) {
  return parse_command_line(arguments, "weir", 80);
}

TEST(Completion, OffersFlagsAndValues) {
  EXPECT_THAT(parse_words({"--completion-bash", "--sta"}).text,
              testing::HasSubstr("--statsd.listen-udp\n"));
  EXPECT_EQ(parse_words({"--completion-bash", "--statsd.cache-type"}).text, "lru\nrandom");
  EXPECT_EQ(parse_words({"--completion-bash", "--statsd.cache-type", "l"}).text, "lru\nrandom");
  EXPECT_EQ(parse_words({"--completion-bash", "--statsd.cache-type", "lru"}).text, "");
  EXPECT_EQ(parse_words({"--completion-bash", "--statsd.cache-size"}).text, "");
  EXPECT_EQ(parse_words({"--completion-bash", "x"}).text, "");
  EXPECT_EQ(parse_words({"--version", "--completion-bash"}).text, "");
}

TEST(Completion, OffersCommands) {
  const auto offered = [](std::vector<std::string> words) {
    words.insert(words.begin(), "--completion-bash");
    return parse_words(words).text;
  };

  EXPECT_EQ(offered({""}),
            "capture\ndoctor\nexplain\nlint\nmappings\nmigrate\nreload\nreplay\nsuggest\ntail\ntest"
            "\ntop");
  EXPECT_EQ(offered({"map"}), "mappings");
  EXPECT_THAT(offered({"capture", "--"}), testing::HasSubstr("--max-bytes\n"));
  EXPECT_EQ(offered({"replay", "f", "--speed", ""}), "1\nfull");
  EXPECT_EQ(offered({"explain", "--format", ""}), "text\njson");
  EXPECT_THAT(offered({"explain", "a:1|c", "--"}), testing::HasSubstr("--statsd.mapping-config\n"));
  EXPECT_THAT(offered({"lint", "--"}), testing::HasSubstr("--min-severity\n"));
  EXPECT_EQ(offered({"lint", "m.yml", "--format", ""}), "text\njson");
  EXPECT_EQ(offered({"lint", ""}), "");
  EXPECT_EQ(offered({"test", "--format", ""}), "text\njson");
  EXPECT_EQ(offered({"test", ""}), "");
  EXPECT_THAT(offered({"migrate", "--"}), testing::HasSubstr("--write"));
  EXPECT_EQ(offered({"mappings", ""}), "list\nshow");
  EXPECT_EQ(offered({"mappings", "-"}), "--help");
  EXPECT_EQ(offered({"mappings", "list", ""}), "");
  EXPECT_THAT(offered({"mappings", "show", ""}), testing::HasSubstr("\nairflow-influx\n"));
  EXPECT_EQ(offered({"mappings", "show", "airflow", ""}), "");
  EXPECT_EQ(offered({"mappings", "show", "airflow", "--"}), "--dag-id\n--help");
  EXPECT_EQ(offered({"mappings", "show", "--dag-id", "a"}), "");
  EXPECT_EQ(offered({"mappings", "show", "--dag-id", "=", "a"}), "");
  EXPECT_THAT(offered({"mappings", "show", "--dag-id", "a.b", "air"}),
              testing::HasSubstr("airflow3\n"));
}

}  // namespace
}  // namespace weir::app
