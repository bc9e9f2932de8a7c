// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "weir/metrics/scrape.h"
#include "weir/telemetry/description.h"
#include "weir/telemetry/samples.h"

namespace weir::telemetry {

// One self-metric: its description and how its value is read from a `Source`, in one place, so that
// neither can be given for another. Not for metrics of what was sent: those are series of the
// store. Immutable, made at compile time. The reader is a type without state (a lambda that
// captures nothing), because a table keeps only its address.
template <typename Source>
class Metric {
 public:
  // Without labels. `read(source)` gives a number, or an optional one that is empty as long as the
  // metric does not show.
  template <typename Read>
  requires(std::is_empty_v<Read>&& std::is_invocable_v<Read, const Source&>) constexpr Metric(
      std::string_view name, metrics::Type type, std::string_view help, Read /*read*/)
      : description_{name, type, help}, collect_(&collect_value<Read>) {}

  // With labels. `add(samples, source)` adds a sample for each combination of label values that
  // shows.
  template <std::size_t kCount, typename Add>
  requires(std::is_empty_v<Add>&& std::is_invocable_v<
           Add, Samples<kCount>&, const Source&>) constexpr Metric(std::string_view name,
                                                                   metrics::Type type,
                                                                   std::string_view help,
                                                                   const Labels<kCount>& labels,
                                                                   Add /*add*/)
      : description_{name, type, help, {}, kCount}, collect_(&collect_samples<kCount, Add>) {
    std::copy(labels.keys.begin(), labels.keys.end(), description_.label_keys.begin());
  }

  [[nodiscard]] constexpr const Description& description() const { return description_; }

  // Adds the samples that the source has now.
  void collect(metrics::SelfFamily& family, const Source& source) const {
    collect_(family, description_, source);
  }

 private:
  using Collect = void (*)(metrics::SelfFamily&, const Description&, const Source&);

  template <typename Read>
  static void collect_value(metrics::SelfFamily& family, const Description& description,
                            const Source& source) {
    const std::optional<double> value = Read{}(source);
    if (value) add_sample(family, description, *value, {});
  }

  template <std::size_t kCount, typename Add>
  static void collect_samples(metrics::SelfFamily& family, const Description& description,
                              const Source& source) {
    Samples<kCount> samples(family, description);
    Add{}(samples, source);
  }

  Description description_;
  Collect collect_;
};

// A table of self-metrics that are read from one `Source`. Which metrics there are is known without
// a source. Immutable; a collection runs on the thread that may read the source.
template <typename Source>
class Collector {
 public:
  // `metrics` outlives the collector.
  constexpr explicit Collector(std::span<const Metric<Source>> metrics) : metrics_(metrics) {}

  // The names of all its metrics, whether they show yet or not.
  void append_names(std::vector<std::string>& names) const {
    for (const auto& metric : metrics_) names.emplace_back(metric.description().name);
  }

  // Appends the families that show.
  void collect(const Source& source, std::vector<metrics::SelfFamily>& families) const {
    for (const auto& metric : metrics_) {
      metric.collect(begin_family(families, metric.description()), source);
      end_family(families);
    }
  }

 private:
  std::span<const Metric<Source>> metrics_;
};

}  // namespace weir::telemetry
