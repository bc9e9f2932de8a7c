// SPDX-License-Identifier: Apache-2.0
#include "weir/explain/explainer.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explained_line.h"
#include "pipeline_harness.h"
#include "weir/explain/formats.h"

namespace weir::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<std::string> ignored(std::string_view line, const Options& options = {}) {
  std::vector<std::string> fields;
  for (const auto& field : explained("", line, options).ignored) fields.push_back(field.text);
  return fields;
}

TEST(Explainer, NamesFieldsWithoutEffect) {
  EXPECT_THAT(ignored("a:1|c|e:x|card:low|#k:v"), ElementsAre("e:x", "card:low"));
  EXPECT_THAT(ignored("a:1|g|@0.5|T12"), ElementsAre("@0.5", "T12"));
  EXPECT_THAT(ignored("a:1|c|@0.5:2|g|@0.1"), ElementsAre("@0.1"));
  EXPECT_THAT(ignored("a:1:2|ms|@0.5|T1"), ElementsAre("T1"));
  EXPECT_THAT(ignored("a:1|c"), ElementsAre());
}

TEST(Explainer, NamesTagsOfADialectThatIsOff) {
  Options options;
  options.pipeline.dialects.dogstatsd = false;

  EXPECT_THAT(ignored("a:1|c|#k:v", options), ElementsAre("#k:v"));
  EXPECT_THAT(ignored("a;k=v:1|c|#k:v", options), ElementsAre(";k=v", "#k:v"));
  EXPECT_THAT(ignored("a;b,k=v:1|c"), ElementsAre());
  EXPECT_THAT(ignored("a;b:1|c"), ElementsAre());
}

TEST(Explainer, NamesADialect) {
  const auto dialect = [](std::string_view line) { return explained("", line).dialect; };

  EXPECT_EQ(dialect("a:1|c"), "StatsD");
  EXPECT_EQ(dialect("a:1|c|#k:v"), "DogStatsD");
  EXPECT_EQ(dialect("a,k=v:1|c"), "InfluxDB");
  EXPECT_EQ(dialect("a#k=v:1|c"), "Librato");
  EXPECT_EQ(dialect("a[k=v]:1|c"), "SignalFX");
  EXPECT_EQ(dialect("a:x|c"), "");
}

TEST(Explainer, RemembersTheLinesBefore) {
  auto explainer = explainer_of("");

  EXPECT_TRUE(explainer.explain("a:1|c").is_applied());
  const auto again = explainer.explain("a:1|c");
  const auto other = explainer.explain("a:1|g");

  EXPECT_EQ(again.page.back(), "a 2");
  EXPECT_FALSE(other.is_applied());
  EXPECT_THAT(other.samples.front().fault.value().text, HasSubstr("a is a counter already"));
}

TEST(Explainer, ShowsTheNameThatAConflictLeadsTo) {
  auto explainer = explainer_of("defaults: {on_conflict: suffix}\n");
  static_cast<void>(explainer.explain("a:1|c"));

  const auto renamed = explainer.explain("a:1|g");

  EXPECT_TRUE(renamed.is_applied());
  EXPECT_EQ(renamed.samples.front().series.name, "a_gauge");
  EXPECT_EQ(renamed.page.back(), "a_gauge 1");
}

TEST(Explainer, BoundsWhatItSays) {
  std::string line = "a:1";
  for (int i = 0; i < 999; ++i) line += ":1";

  const auto packed = explained("", line + "|ms|bad");

  EXPECT_THAT(packed.samples, SizeIs(8));
  EXPECT_EQ(packed.samples_left_out, 992);
  EXPECT_THAT(packed.faults, SizeIs(1));
}

TEST(Explainer, TellsWhatASampleLosesAfterManyFaultsOfItsLine) {
  std::string bad;
  for (int i = 0; i < 100; ++i) bad += "x|c:";

  const auto line = explained("", "a:" + bad + "1|c:1|g:y|s");

  EXPECT_EQ(line.samples.at(0).end, End::Applied);
  EXPECT_THAT(line.samples.at(1).fault.value().text, HasSubstr("a is a counter already"));
}

TEST(Explainer, TellsOfASetAfterManyFaultsOfItsLine) {
  std::string bad;
  for (int i = 0; i < 100; ++i) bad += "x|c:";

  const auto line =
      explained("mappings: [{match: b, name: b, match_metric_type: set}]", "a:" + bad + "1|c:y|s");

  EXPECT_EQ(line.samples.at(1).end, End::Refused);
  EXPECT_THAT(line.samples.at(1).fault.value().text, HasSubstr("sets are not counted"));
}

TEST(Explainer, RefusesALongLineWhole) {
  Options options;
  options.pipeline.line_bytes_max = 10;

  const auto long_line = explained("", "abcdefgh:1|c", options);

  EXPECT_FALSE(long_line.is_applied());
  EXPECT_THAT(long_line.samples, SizeIs(0));
  EXPECT_THAT(long_line.faults.at(0).text, HasSubstr("--limits.line-bytes"));
}

TEST(Explainer, CountsALineOfNoSamplesAsNotApplied) {
  EXPECT_FALSE(explained("", "").is_applied());
  EXPECT_FALSE(explained("", "_sc|name|0").is_applied());
  EXPECT_EQ(explained("", "_sc|name|0").message, "service check");
}

TEST(Explainer, ReservesNames) {
  Options options;
  options.reserved = {"up_total"};

  EXPECT_THAT(explained("", "up_total:1|c", options).samples.at(0).fault.value().text,
              HasSubstr("one of the daemon's own"));
}

// A daemon's store, and what is said of lines that it has not got yet.
struct Live {
  explicit Live(const std::string& mapping = "", metrics::Budgets budgets = {})
      : mapping_text(mapping), harness(mapping, {}, budgets) {}

  Explanation explain(std::string_view line) {
    Options options;
    options.live = &harness.store;
    return explained(mapping_text, line, options);
  }

  std::string mapping_text;
  pipeline::PipelineHarness harness;
};

TEST(LiveExplainer, SaysWhetherTheSeriesIsThere) {
  Live live;
  live.harness.send("a:1|c");

  EXPECT_TRUE(live.explain("a:1|c").samples.at(0).live.value().is_known);
  EXPECT_FALSE(live.explain("a:1|c|#k:v").samples.at(0).live.value().is_known);
  EXPECT_EQ(live.harness.samples(), "a 1\n");
}

TEST(LiveExplainer, KnowsTheConflictsOfTheDaemon) {
  Live live;
  live.harness.send("a:1|c");

  const auto conflict = live.explain("a:1|g");

  EXPECT_FALSE(conflict.is_applied());
  EXPECT_EQ(conflict.samples.at(0).end, End::Refused);
  EXPECT_THAT(conflict.samples.at(0).fault.value().text, HasSubstr("a is a counter already"));
  EXPECT_THAT(conflict.page, SizeIs(0));
}

TEST(LiveExplainer, KnowsItsNamesForConflicts) {
  Live live("defaults: {on_conflict: suffix}\n");
  live.harness.send("a:1|c");

  const auto renamed = live.explain("a:1|g");

  EXPECT_TRUE(renamed.is_applied());
  EXPECT_EQ(renamed.samples.at(0).series.name, "a_gauge");
}

TEST(LiveExplainer, KnowsItsBudgets) {
  Live live("", {.series_max = 2});
  live.harness.send("a:1|c|#k:1\na:1|c|#k:2");

  const auto overflow = live.explain("a:1|c|#k:3");
  const auto refused = live.explain("b:1|g");

  EXPECT_TRUE(overflow.is_applied());
  EXPECT_THAT(overflow.faults.at(0).text, HasSubstr("the label k has 2 values in 2 series of a"));
  EXPECT_EQ(refused.samples.at(0).end, End::Refused);
}

TEST(LiveExplainer, AsksNothingOfWhatNeedsNoSeries) {
  Live live("mappings: [{match: a, name: n, action: drop}]");

  EXPECT_FALSE(live.explain("a:1|c").samples.at(0).live);
  EXPECT_FALSE(live.explain("b:-1|c").samples.at(0).live);
}

TEST(JsonFormat, EscapesEveryText) {
  const auto json = json_of(
      explained("mappings: [{match: 'a\\.<b>\"', match_type: regex, name: n}]", "a.<b>\"\x01:1|c"),
      "m\".yml");

  EXPECT_EQ(json.find('\x01'), std::string::npos);
  EXPECT_THAT(json, HasSubstr(R"("place":"m\".yml:1","match":"a\\.<b>\"")"));
}

}  // namespace
}  // namespace weir::explain
