// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/ledger_metrics.h"

#include <string>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr const char* kShortLived = "mappings: [{match: job.*, name: job_$1, ttl: 1s}]";

// Of a metric without labels.
std::string value(PipelineHarness& harness, const std::string& name) {
  const std::string line = harness.self(name);
  return line.empty() ? "absent" : line.substr(name.size() + 1);
}

TEST(LedgerMetrics, CountAVectorOnceHoweverOftenItsSeriesExpire) {
  PipelineHarness harness(kShortLived);
  const std::string summaries = R"(statsd_exporter_metrics_total{type="summary"})";
  EXPECT_EQ(value(harness, summaries), "absent");

  for (int i = 0; i < 5; ++i) {
    harness.send("job.0:1|ms");
    EXPECT_EQ(value(harness, summaries), "1");
    harness.pass(3s);
    EXPECT_EQ(value(harness, "weir_series"), "0");
    EXPECT_EQ(value(harness, summaries), "1");
  }
}

TEST(LedgerMetrics, CountAVectorOnceThoughAReloadMadeItAnew) {
  const std::string rule =
      "mappings: [{match: t, name: t, observer_type: histogram, "
      "histogram_options: {buckets: [";
  PipelineHarness harness(rule + "1]}}]");
  harness.send("t:1|h");

  harness.reload(rule + "2]}}]");
  harness.send("t:1|h");
  harness.pass(1s);

  EXPECT_EQ(value(harness, "weir_definitions_replaced_total"), "1");
  EXPECT_EQ(value(harness, R"(statsd_exporter_metrics_total{type="histogram"})"), "1");
}

TEST(LedgerMetrics, CountTheVectorsOfEachTypeThatReloadsGaveAName) {
  PipelineHarness harness("mappings: [{match: t, name: t, observer_type: histogram}]");
  harness.send("t:1|h");

  harness.reload("mappings: [{match: t, name: t, observer_type: summary}]");
  harness.send("t:1|h");
  harness.pass(1s);

  EXPECT_EQ(value(harness, R"(statsd_exporter_metrics_total{type="histogram"})"), "1");
  EXPECT_EQ(value(harness, R"(statsd_exporter_metrics_total{type="summary"})"), "1");
}

TEST(LedgerMetrics, CountAHitForANameWhoseSeriesExpired) {
  PipelineHarness harness(kShortLived);

  for (int i = 0; i < 5; ++i) {
    harness.send("job.0:1|ms");
    harness.pass(3s);
  }

  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_gets_total"), "5");
  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_hits_total"), "4");
  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_length"), "1");
  EXPECT_EQ(value(harness, "weir_bindings"), "1");
}

TEST(LedgerMetrics, CountNamesAnewAfterAReload) {
  PipelineHarness harness(kShortLived);
  harness.send("job.0:1|c\njob.1:1|c");
  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_length"), "2");

  harness.reload(kShortLived);
  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_length"), "0");
  EXPECT_EQ(value(harness, "weir_bindings"), "2");

  for (int i = 0; i < 2; ++i) harness.send("job.0:1|c");
  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_length"), "1");
  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_gets_total"), "4");
  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_hits_total"), "1");
}

TEST(LedgerMetrics, TellNoLongerCacheThanWasAskedFor) {
  PipelineHarness harness;
  for (int i = 0; i < 1001; ++i) harness.send("a" + std::to_string(i) + ":1|c");

  EXPECT_EQ(value(harness, "statsd_metric_mapper_cache_length"), "1000");
}

}  // namespace
}  // namespace weir::pipeline
