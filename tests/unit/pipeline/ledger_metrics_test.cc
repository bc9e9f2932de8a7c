// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/ledger_metrics.h"

#include <string>

#include <gtest/gtest.h>

#include "pipeline_fixture.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr const char* kShortLived = "mappings: [{match: job.*, name: job_$1, ttl: 1s}]";

// Of a metric without labels.
std::string value(Bench& bench, const std::string& name) {
  const std::string line = bench.self(name);
  return line.empty() ? "absent" : line.substr(name.size() + 1);
}

TEST(LedgerMetrics, CountAVectorOnceHoweverOftenItsSeriesExpire) {
  Bench bench(kShortLived);
  const std::string summaries = R"(statsd_exporter_metrics_total{type="summary"})";
  EXPECT_EQ(value(bench, summaries), "absent");

  for (int i = 0; i < 5; ++i) {
    bench.send("job.0:1|ms");
    EXPECT_EQ(value(bench, summaries), "1");
    bench.pass(3s);
    EXPECT_EQ(value(bench, "weir_series"), "0");
    EXPECT_EQ(value(bench, summaries), "1");
  }
}

TEST(LedgerMetrics, CountAVectorOnceThoughAReloadMadeItAnew) {
  const std::string rule =
      "mappings: [{match: t, name: t, observer_type: histogram, "
      "histogram_options: {buckets: [";
  Bench bench(rule + "1]}}]");
  bench.send("t:1|h");

  bench.reload(rule + "2]}}]");
  bench.send("t:1|h");
  bench.pass(1s);

  EXPECT_EQ(value(bench, "weir_definitions_replaced_total"), "1");
  EXPECT_EQ(value(bench, R"(statsd_exporter_metrics_total{type="histogram"})"), "1");
}

TEST(LedgerMetrics, CountTheVectorsOfEachTypeThatReloadsGaveAName) {
  Bench bench("mappings: [{match: t, name: t, observer_type: histogram}]");
  bench.send("t:1|h");

  bench.reload("mappings: [{match: t, name: t, observer_type: summary}]");
  bench.send("t:1|h");
  bench.pass(1s);

  EXPECT_EQ(value(bench, R"(statsd_exporter_metrics_total{type="histogram"})"), "1");
  EXPECT_EQ(value(bench, R"(statsd_exporter_metrics_total{type="summary"})"), "1");
}

TEST(LedgerMetrics, CountAHitForANameWhoseSeriesExpired) {
  Bench bench(kShortLived);

  for (int i = 0; i < 5; ++i) {
    bench.send("job.0:1|ms");
    bench.pass(3s);
  }

  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_gets_total"), "5");
  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_hits_total"), "4");
  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_length"), "1");
  EXPECT_EQ(value(bench, "weir_bindings"), "1");
}

TEST(LedgerMetrics, CountNamesAnewAfterAReload) {
  Bench bench(kShortLived);
  bench.send("job.0:1|c\njob.1:1|c");
  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_length"), "2");

  bench.reload(kShortLived);
  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_length"), "0");
  EXPECT_EQ(value(bench, "weir_bindings"), "2");

  for (int i = 0; i < 2; ++i) bench.send("job.0:1|c");
  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_length"), "1");
  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_gets_total"), "4");
  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_hits_total"), "1");
}

TEST(LedgerMetrics, TellNoLongerCacheThanWasAskedFor) {
  Bench bench;
  for (int i = 0; i < 1001; ++i) bench.send("a" + std::to_string(i) + ":1|c");

  EXPECT_EQ(value(bench, "statsd_metric_mapper_cache_length"), "1000");
}

}  // namespace
}  // namespace weir::pipeline
