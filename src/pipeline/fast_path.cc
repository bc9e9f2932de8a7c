// SPDX-License-Identifier: Apache-2.0
// Known samples, a group at a time.
#include <array>
#include <limits>

#include "pipeline/binding_table.h"
#include "pipeline/fast_path_counts.h"
#include "pipeline/outcome_list.h"
#include "pipeline/sample_group.h"
#include "pipeline/shared_counts.h"
#include "weir/pipeline/pipeline.h"

namespace weir::pipeline {

// What a sample brings to its series.
struct Pipeline::Measurement {
  double value;
  sample::SampleKind kind;
  bool is_relative = false;
  std::uint32_t weight = 1;
};

// Each pass asks for what the next one reads.
void Pipeline::look_up_group() {
  const auto waiting = group_->all();
  bindings_->go_on();
  const BindingTable& bindings = *bindings_;
  identify_lines(waiting, *fingerprinter_);
  for (const WaitingSample& one : waiting) bindings.prefetch(one.identity);
  // Which of them are observed is hard to foretell: no branch asks.
  std::array<const WaitingSample*, SampleGroup::kSize> observed;
  std::size_t count = 0;
  for (WaitingSample& one : waiting) {
    one.entry = bindings.probe(one.identity);
    observed[count] = &one;
    count += one.is_observed() ? 1 : 0;
  }
  for (WaitingSample& one : waiting) {
    if (one.entry == nullptr) continue;
    // Of another one perhaps, whose fingerprint has the same hash.
    if (one.entry->identity != one.identity) {
      one.entry = nullptr;
    } else if (one.entry->binding.kept == 0) {
      store_.prefetch(one.entry->binding.series);
    }
  }
  for (std::size_t i = 0; i < count; ++i) prefetch_observation(*observed[i]);
}

void Pipeline::prefetch_observation(const WaitingSample& waiting) const {
  if (waiting.entry == nullptr) return;
  const Binding& binding = waiting.entry->binding;
  const Outcome* const outcome = outcomes_->find(binding.outcome);
  if (outcome == nullptr || outcome->type != metrics::Type::Summary || binding.series == 0) return;
  metrics::SeriesHeader* const header = store_.at(binding.series);
  if (header->version.load(std::memory_order_acquire) != binding.version) return;
  static_cast<metrics::SummarySeries*>(header)->summary().prefetch();
}

// Most samples: known, mapped or unmapped, and with a value that their series takes. False, and
// nothing done, for any other.
//
// This is `apply_or_bind` and what it calls in slow_path.cc, without everything that
// `Outcome::fast_path` rules out, and counts the same (FastPathCounts): a change of one is a change
// of both. ingest_equivalence_test.cc sends the same lines through either and compares all counts.
[[gnu::always_inline]] inline bool Pipeline::try_fast_path(const Measurement& measured,
                                                           Binding& binding,
                                                           FastPathCounts& counts) {
  const Outcome* const outcome = outcomes_->find(binding.outcome);
  if (outcome == nullptr || outcome->fast_path == FastPath::No) return false;
  const double value = outcome->value_of(measured.value);
  // Found before `kept` is written, which is in the same word.
  base::Tally& taken = rule_counts_->at(binding.rule);
  if (binding.kept != 0 && SharedCounts::takes(value)) {
    shared_counts_->add(binding, value);
  } else if (!update_series(measured, value, *outcome, binding)) {
    return false;
  }
  taken.add(measured.weight);
  if (measured.weight == 1) {
    counts.add(*outcome, measured.kind);
  } else {
    FastPathCounts::count_directly(ledger_, *outcome, measured.kind, measured.weight);
  }
  return true;
}

[[gnu::always_inline]] inline bool Pipeline::update_series(const Measurement& measured,
                                                           double value, const Outcome& outcome,
                                                           Binding& binding) {
  metrics::SeriesHeader* const header = store_.at(binding.series);
  if (header->version.load(std::memory_order_seq_cst) != binding.version) return false;
  if (header->ttl.load(std::memory_order_relaxed) != outcome.ttl) return false;
  const bool is_harmless = value >= 0 && value <= std::numeric_limits<double>::max();
  if (!is_harmless && measured.kind == sample::SampleKind::Counter) return false;
  if (outcome.fast_path == FastPath::SharedCounter && SharedCounts::takes(value)) {
    shared_counts_->begin(binding, *static_cast<metrics::CounterSeries*>(header), value, tick_);
    return true;
  }
  header->touched.store(tick_, std::memory_order_relaxed);
  const bool is_sole = outcome.fast_path == FastPath::SoleWriterCounter ||
                       outcome.fast_path == FastPath::SoleWriterGauge;
  const bool is_plain = is_sole & is_harmless & !measured.is_relative;
  if (!is_plain || !static_cast<metrics::ScalarSeries*>(header)->update_alone(
                       outcome.fast_path == FastPath::SoleWriterCounter, value)) {
    record(value, measured.weight, measured.is_relative, outcome, header);
  }
  return true;
}

void Pipeline::flush() {
  look_up_group();
  FastPathCounts counts;
  const BindingTable& bindings = *bindings_;
  const std::size_t reclaimed = bindings.reclaimed();
  for (WaitingSample& one : group_->all()) {
    // A place that was given up may be another's by now.
    if (bindings.reclaimed() != reclaimed) one.entry = nullptr;
    if (!one.is_unchecked()) {
      apply_parsed(one, counts);
    } else if (one.entry != nullptr &&
               try_fast_path({one.value, one.kind}, one.entry->binding, counts)) {
      counts.add_line();
    } else {
      apply_plain(one);
    }
  }
  group_->clear();
  counts.move_to(ledger_);
}

void Pipeline::apply_parsed(const WaitingSample& waiting, FastPathCounts& counts) {
  const sample::Sample& sample = *waiting.parsed;
  Binding* const binding =
      waiting.entry != nullptr ? &waiting.entry->binding : bindings_->find(waiting.identity);
  const Measurement measured{sample.value, sample.kind, sample.is_relative, sample.weight};
  if (binding != nullptr && try_fast_path(measured, *binding, counts)) return;
  LineContext line{waiting.text(), waiting.name_tags_uncounted};
  apply_or_bind(sample, waiting.identity, binding, line);
}

void Pipeline::record(double value, std::uint32_t weight, bool is_relative, const Outcome& outcome,
                      metrics::SeriesHeader* header) {
  switch (outcome.type) {
    case metrics::Type::Counter: {
      auto* counter = static_cast<metrics::CounterSeries*>(header);
      outcome.is_total ? counter->set(value) : counter->add(value);
      return;
    }
    case metrics::Type::Gauge: {
      auto* gauge = static_cast<metrics::GaugeSeries*>(header);
      outcome.moves_gauge(is_relative) ? gauge->add(value) : gauge->set(value);
      return;
    }
    case metrics::Type::Histogram: {
      auto* histogram = static_cast<metrics::HistogramSeries*>(header);
      histogram->observe(value, weight);
      if (outcome.publishes) histogram->window().statistics.observe(value, weight, now_);
      return;
    }
    case metrics::Type::Summary: {
      auto* series = static_cast<metrics::SummarySeries*>(header);
      series->summary().observe(value, weight, now_);
      if (outcome.publishes) series->window().statistics.observe(value, weight, now_);
      return;
    }
  }
}

}  // namespace weir::pipeline
