// SPDX-License-Identifier: Apache-2.0
#include "app/web/limit_metrics.h"

#include <array>

namespace weir::app {

namespace {

using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using Source = LimitMetricsSource;
using Metric = telemetry::Metric<Source>;

constexpr std::array kMetrics = {
    Metric{"weir_limit", kGauge, "Limits in use that follow from the memory, by flag.",
           Labels{"flag"},
           [](Samples<1>& samples, const Source& source) {
             for (const auto& one : limits_in_use(source.options)) {
               samples.add(static_cast<double>(one.value), one.flag);
             }
           }},
    Metric{"weir_memory_limit_bytes", kGauge,
           "The memory that limits were derived from, by where it is from.", Labels{"source"},
           [](Samples<1>& samples, const Source& source) {
             if (source.memory.bytes == 0) return;
             samples.add(static_cast<double>(source.memory.bytes), source.memory.source);
           }},
};

}  // namespace

constinit const telemetry::Collector<LimitMetricsSource> kLimitMetrics{kMetrics};

}  // namespace weir::app
