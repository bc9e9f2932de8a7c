// SPDX-License-Identifier: Apache-2.0
#include "app/web/insight_metrics.h"

#include <array>
#include <optional>

namespace weir::app {

namespace {

using insight::Traffic;
using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using InsightMetric = telemetry::Metric<InsightMetricsSource>;

const Traffic* traffic_of(const InsightMetricsSource& source) {
  return source.monitor != nullptr ? source.monitor->traffic() : nullptr;
}

// What `read` gives of each table.
template <typename Read>
void add_tables(Samples<1>& samples, const InsightMetricsSource& source, const Read& read) {
  const Traffic* const traffic = traffic_of(source);
  if (traffic == nullptr) return;
  samples.add(static_cast<double>(read(traffic->metrics())), "metrics");
  samples.add(static_cast<double>(read(traffic->senders())), "senders");
  samples.add(static_cast<double>(read(traffic->unmapped())), "unmapped");
}

constexpr Labels kByTable{"table"};

constexpr std::array kInsightTable = {
    InsightMetric{"weir_insight_entries", kGauge,
                  "Names and senders held for the tables of the API, by table; 1000 at most.",
                  kByTable,
                  [](Samples<1>& samples, const InsightMetricsSource& source) {
                    add_tables(samples, source, [](const auto& table) { return table.size(); });
                  }},
    InsightMetric{"weir_insight_entries_replaced_total", kCounter,
                  "Names and senders that gave way to others in the tables of the API, by table.",
                  kByTable,
                  [](Samples<1>& samples, const InsightMetricsSource& source) {
                    add_tables(samples, source, [](const auto& table) { return table.replaced(); });
                  }},
    InsightMetric{"weir_insight_lines_skipped_total", kCounter,
                  "Lines that the tables of the API lack since too many waited to be looked at.",
                  [](const InsightMetricsSource& source) -> std::optional<double> {
                    if (traffic_of(source) == nullptr) return std::nullopt;
                    return static_cast<double>(source.monitor->lines_skipped());
                  }},
    InsightMetric{"weir_insight_lines_total", kCounter,
                  "Lines looked at for the tables of the API; each may be for many.",
                  [](const InsightMetricsSource& source) -> std::optional<double> {
                    const Traffic* const traffic = traffic_of(source);
                    if (traffic == nullptr) return std::nullopt;
                    return static_cast<double>(traffic->lines_looked_at());
                  }},
};

}  // namespace

constinit const telemetry::Collector<InsightMetricsSource> kInsightMetrics{kInsightTable};

}  // namespace weir::app
