// SPDX-License-Identifier: Apache-2.0
#include "app/web/build_metrics.h"

#include <array>

#include "app/version.h"

namespace weir::app {

namespace {

using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using BuildMetric = telemetry::Metric<BuildMetricsSource>;

constexpr std::array kBuildTable = {
    BuildMetric{
        "statsd_exporter_build_info", kGauge,
        "A metric with a constant '1' value labeled by version, revision, branch, goversion "
        "from which statsd_exporter was built, and the goos and goarch for the build.",
        Labels{"branch", "goarch", "goos", "goversion", "revision", "tags", "version"},
        [](Samples<7>& samples, const BuildMetricsSource&) {
          samples.add(1, kBranch, kArchitecture, "linux", "", kRevision, "weir", kVersion);
        }},
    BuildMetric{
        "weir_build_info", kGauge,
        "A metric with a constant '1' value labeled by the version of weir and by the level of "
        "the processor that it uses: baseline, avx2 or avx512.",
        Labels{"cpu_level", "version"},
        [](Samples<2>& samples, const BuildMetricsSource& source) {
          samples.add(1, base::cpu_level_name(source.cpu_level), kVersion);
        }},
};

}  // namespace

constinit const telemetry::Collector<BuildMetricsSource> kBuildMetrics{kBuildTable};

}  // namespace weir::app
