// SPDX-License-Identifier: Apache-2.0
#include "weir/telemetry/collector.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::telemetry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Source {
  double plain = 0;
  std::optional<double> optional;
  double failures = 0;
  std::string target = "a";
};

constexpr std::array kMetrics = {
    Metric<Source>{"plain_total", kCounter, "Plain.",
                   [](const Source& source) { return source.plain; }},
    Metric<Source>{"optional", kGauge, "Optional.",
                   [](const Source& source) { return source.optional; }},
    Metric<Source>{"by_reason_total", kCounter, "By reason.", Labels{"reason"},
                   [](Samples<1>& samples, const Source& source) {
                     samples.add_if_counted(source.failures, "failure");
                   }},
    Metric<Source>{"by_two", kGauge, "By two.", Labels{"kind", "target"},
                   [](Samples<2>& samples, const Source& source) {
                     samples.add(1, "x", source.target);
                     samples.add(2, "b", source.target);
                   }},
};
constexpr Collector<Source> kCollector{kMetrics};

// Each sample as `TYPE NAME{LABELS} VALUE`.
std::vector<std::string> samples_of(const Source& source) {
  std::vector<metrics::SelfFamily> families;
  kCollector.collect(source, families);
  std::vector<std::string> lines;
  for (const auto& family : families) {
    for (const auto& sample : family.samples) {
      lines.push_back(std::string(metrics::type_name(family.type)) + " " + family.name + "{" +
                      sample.labels + "} " + std::to_string(static_cast<int>(sample.value)));
    }
  }
  return lines;
}

TEST(Collector, NamesAllMetricsWithoutASource) {
  std::vector<std::string> names = {"before"};

  kCollector.append_names(names);

  EXPECT_THAT(names, ElementsAre("before", "plain_total", "optional", "by_reason_total", "by_two"));
}

TEST(Collector, GivesEachMetricItsValueAndItsLabels) {
  EXPECT_THAT(samples_of({.plain = 3, .optional = 4, .failures = 5}),
              ElementsAre("counter plain_total{} 3", "gauge optional{} 4",
                          R"(counter by_reason_total{reason="failure"} 5)",
                          R"(gauge by_two{kind="x",target="a"} 1)",
                          R"(gauge by_two{kind="b",target="a"} 2)"));
}

TEST(Samples, KnowTheUnitThatANameEndsIn) {
  std::vector<metrics::SelfFamily> families;
  EXPECT_EQ(begin_family(families, {"busy_seconds_total", kCounter, ""}).unit, "seconds");
  EXPECT_EQ(begin_family(families, {"queue_bytes", kGauge, ""}).unit, "bytes");
  EXPECT_EQ(begin_family(families, {"bytes_sent", kGauge, ""}).unit, "");
  EXPECT_EQ(begin_family(families, {"plain_total", kCounter, ""}).unit, "");
}

TEST(Collector, LeavesOutWhatDoesNotShow) {
  std::vector<metrics::SelfFamily> families;

  kCollector.collect({}, families);

  std::vector<std::string> names;
  for (const auto& family : families) names.push_back(family.name);
  EXPECT_THAT(names, ElementsAre("plain_total", "by_two"));
}

TEST(Collector, AppendsToWhatOthersCollected) {
  std::vector<metrics::SelfFamily> families = {{"other", "", kGauge, {{"", 1}}}};

  kCollector.collect({.optional = 1}, families);

  ASSERT_EQ(families.size(), 4);
  EXPECT_EQ(families[0].name, "other");
  EXPECT_EQ(families[2].name, "optional");
  EXPECT_EQ(families[2].help, "Optional.");
}

TEST(Collector, EscapesLabelValues) {
  Source source;
  source.target = "a\"b\\c\nd";

  EXPECT_EQ(samples_of(source).back(), R"(gauge by_two{kind="b",target="a\"b\\c\nd"} 2)");
}

TEST(Description, HasTheKeysOfItsLabels) {
  EXPECT_THAT(kMetrics[0].description().labels(), IsEmpty());
  EXPECT_THAT(kMetrics[3].description().labels(), ElementsAre("kind", "target"));
}

}  // namespace
}  // namespace weir::telemetry
