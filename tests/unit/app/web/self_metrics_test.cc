// SPDX-License-Identifier: Apache-2.0
#include "app/web/self_metrics.h"

#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/version.h"
#include "app/web/build_metrics.h"

namespace weir::app {
namespace {

using testing::IsSupersetOf;

TEST(SelfMetricNames, AreUnique) {
  const auto names = self_metric_names();

  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

TEST(SelfMetricNames, HaveOneOfEveryCollector) {
  EXPECT_THAT(
      self_metric_names(),
      IsSupersetOf({"statsd_exporter_lines_total", "weir_series", "weir_tcp_connections",
                    "weir_relay_queue_packets", "statsd_exporter_loaded_mappings",
                    "weir_http_connections", "process_open_fds", "statsd_exporter_build_info"}));
}

TEST(BuildMetrics, HaveTheLevelOfTheProcessorAndTheVersion) {
  std::vector<metrics::SelfFamily> families;

  kBuildMetrics.collect({.cpu_level = base::CpuLevel::Avx2}, families);

  const auto& family = families.back();
  EXPECT_EQ(family.name, "weir_build_info");
  ASSERT_EQ(family.samples.size(), 1);
  EXPECT_EQ(family.samples[0].labels,
            R"(cpu_level="avx2",version=")" + std::string(kVersion) + "\"");
  EXPECT_EQ(family.samples[0].value, 1);
}

}  // namespace
}  // namespace weir::app
