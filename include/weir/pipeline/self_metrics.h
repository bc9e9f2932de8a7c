// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/ledger.h"

namespace weir::pipeline {

// The names of all of the daemon's own metrics, whether they show yet or not: no series may take
// one (Q6).
[[nodiscard]] std::vector<std::string> self_metric_names();

// Gathers the daemon's own metrics for one scrape. Names, help texts, types and presence are the
// reference's (reference 8); what it has no name for is called `weir_...`.
class SelfMetrics {
 public:
  using Label = std::pair<std::string_view, std::string_view>;

  // `name` is one of `self_metric_names`. Samples of one name come one after another.
  void add(std::string_view name, double value, std::initializer_list<Label> labels = {});
  // Declares a family that may have no sample yet; without one it does not show.
  void add_if(bool is_present, std::string_view name, double value,
              std::initializer_list<Label> labels = {}) {
    if (is_present) add(name, value, labels);
  }

  [[nodiscard]] std::vector<metrics::SelfFamily> take() { return std::move(families_); }

 private:
  std::vector<metrics::SelfFamily> families_;
};

// What the pipelines of all workers and the store have to tell. `cache_size` is the flag
// `statsd.cache-size`: 0 leaves the cache metrics out (Q42). `idle_flushes` are those that the
// reference's timer makes, with or without events: they count as flushes there (Q18), and alerts
// watch that the count moves.
void add_pipeline_metrics(SelfMetrics& metrics, std::span<const Ledger* const> ledgers,
                          const metrics::Store& store, std::uint64_t cache_size,
                          std::uint64_t idle_flushes);

}  // namespace weir::pipeline
