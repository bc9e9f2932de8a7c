// SPDX-License-Identifier: Apache-2.0
#include "app/web/limit_metrics.h"

#include <array>

namespace weir::app {

namespace {

using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using LimitMetric = telemetry::Metric<LimitMetricsSource>;

constexpr std::array kLimitTable = {
    LimitMetric{"weir_limit", kGauge, "Limits in use that follow from the memory, by flag.",
                Labels{"flag"},
                [](Samples<1>& samples, const LimitMetricsSource& source) {
                  for (const auto& one : limits_in_use(source.options)) {
                    samples.add(static_cast<double>(one.value), one.flag);
                  }
                }},
    LimitMetric{"weir_memory_limit_bytes", kGauge,
                "The memory that limits were derived from, by where it is from.", Labels{"source"},
                [](Samples<1>& samples, const LimitMetricsSource& source) {
                  if (source.memory.bytes == 0) return;
                  samples.add(static_cast<double>(source.memory.bytes), source.memory.source);
                }},
};

}  // namespace

constinit const telemetry::Collector<LimitMetricsSource> kLimitMetrics{kLimitTable};

}  // namespace weir::app
