// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <limits>

#include "pipeline/story.h"

namespace weir::pipeline {

bool Pipeline::Story::is_current(const Binding& binding, const sample::Sample& sample) const {
  const Outcome* const outcome = outcomes_.find(binding.outcome);
  if (outcome == nullptr) return false;
  if (binding.series != 0 &&
      store_.at(binding.series)->version.load(std::memory_order_seq_cst) != binding.version) {
    return false;
  }
  if (outcome->has_companion_series() && !has_live_companion(binding)) return false;
  if (outcome->refusal && depends_on_value(*outcome->refusal)) {
    return !counters_.takes(outcome->sent_by(sample) * outcome->scale, outcome->is_up_down);
  }
  return !outcome->depends_on_release() || outcome->release_epoch == store_.release_epoch();
}

bool Pipeline::Story::has_live_companion(const Binding& binding) const {
  const auto* const histogram =
      static_cast<const metrics::HistogramSeries*>(store_.at(binding.series));
  const metrics::SeriesLink link = histogram->companion.load(std::memory_order_acquire);
  return link.series != 0 &&
         store_.at(link.series)->version.load(std::memory_order_seq_cst) == link.version;
}

void Pipeline::Story::on_sample(const sample::Sample& sample) {
  const std::uint64_t hash = hash_.of(sample);
  if (is_settling_) return settle(sample, hash, bindings_.find(hash, sample));
  group_.add(sample, line_, hash, owes_name_errors_);
  owes_name_errors_ = false;
  if (!group_.is_full()) return;
  // The lines that are worked off here are others.
  const std::string_view line = line_;
  work_off();
  line_ = line;
  owes_name_errors_ = false;
}

// Each pass asks for what the next one reads.
void Pipeline::Story::look_up_group() {
  const auto waiting = group_.all();
  hash_.hash(waiting);
  for (const WaitingSample& one : waiting) bindings_.prefetch(one.hash);
  // Which of them are observed is hard to foretell: no branch asks.
  std::array<const WaitingSample*, SampleGroup::kSize> observed;
  std::size_t count = 0;
  for (WaitingSample& one : waiting) {
    one.entry = bindings_.candidate(one.hash);
    observed[count] = &one;
    count += one.is_observed() ? 1 : 0;
  }
  for (const WaitingSample& one : waiting) {
    if (one.entry != nullptr) store_.prefetch(one.entry->binding.series);
  }
  keep_holders(waiting, options_.cpu_level);
  for (std::size_t i = 0; i < count; ++i) prefetch_observation(*observed[i]);
}

void Pipeline::Story::prefetch_observation(const WaitingSample& waiting) const {
  if (waiting.entry == nullptr) return;
  const Binding& binding = waiting.entry->binding;
  // Of another summary perhaps, when the hash alone is the same; but what is looked at is one.
  const Outcome* const outcome = outcomes_.find(binding.outcome);
  if (outcome == nullptr || outcome->type != metrics::Type::Summary || binding.series == 0) return;
  metrics::SeriesHeader* const header = store_.at(binding.series);
  if (header->version.load(std::memory_order_acquire) != binding.version) return;
  static_cast<metrics::SummarySeries*>(header)->summary().prefetch();
}

// Most samples: known, mapped or unmapped, and with a value that their series takes. False, and
// nothing done, for any other.
[[gnu::always_inline]] inline bool Pipeline::Story::apply_smoothly(const Measurement& measured,
                                                                   const Binding& binding) {
  const Outcome* const outcome = outcomes_.find(binding.outcome);
  if (outcome == nullptr || outcome->way == Way::Winding) return false;
  metrics::SeriesHeader* const header = store_.at(binding.series);
  if (header->version.load(std::memory_order_seq_cst) != binding.version) return false;
  if (header->ttl.load(std::memory_order_relaxed) != outcome->ttl) return false;
  const double value = outcome->value_of(measured.value);
  const bool is_harmless = value >= 0 && value <= std::numeric_limits<double>::max();
  if (!is_harmless && measured.kind == sample::SampleKind::Counter) return false;
  header->touched.store(tick_, std::memory_order_relaxed);
  const bool is_plain = (outcome->way != Way::Smooth) & is_harmless & !measured.is_relative;
  if (!is_plain || !static_cast<metrics::ScalarSeries*>(header)->update_alone(
                       outcome->way == Way::Counter, value)) {
    record(value, measured.weight, measured.is_relative, *outcome, header);
  }
  if (measured.weight == 1) {
    smooth_.add(*outcome, measured.kind);
  } else {
    SmoothCounts::tell(ledger_, *outcome, measured.kind, measured.weight);
  }
  return true;
}

void Pipeline::Story::work_off() {
  look_up_group();
  const std::size_t reclaimed = bindings_.reclaimed();
  for (WaitingSample& one : group_.all()) {
    // A place that was given up may be another's by now.
    if (bindings_.reclaimed() != reclaimed) one.entry = nullptr;
    if (!one.is_unchecked()) {
      settle_parsed(one);
    } else if (one.entry != nullptr && apply_smoothly({one.value, one.kind}, one.entry->binding)) {
      smooth_.add_line();
    } else {
      settle_plain(one);
    }
  }
  group_.clear();
  smooth_.tell(ledger_);
}

// A line that is not known, or not usual after all.
void Pipeline::Story::settle_plain(const WaitingSample& waiting) {
  const sample::Sample sample = waiting.sample();
  Binding* const binding = bindings_.find(waiting.hash, sample);
  if (binding == nullptr) {
    is_settling_ = true;
    take(waiting.text());
    is_settling_ = false;
    return;
  }
  ledger_.lines.add();
  ledger_.samples.add();
  line_ = waiting.text();
  owes_name_errors_ = true;
  settle(sample, waiting.hash, binding);
}

void Pipeline::Story::settle_parsed(const WaitingSample& waiting) {
  const sample::Sample& sample = *waiting.parsed;
  Binding* const binding = waiting.entry != nullptr && BindingTable::holds(*waiting.entry, sample)
                               ? &waiting.entry->binding
                               : bindings_.find(waiting.hash, sample);
  const Measurement measured{sample.value, sample.kind, sample.is_relative, sample.weight};
  if (binding != nullptr && apply_smoothly(measured, *binding)) return;
  line_ = waiting.text();
  owes_name_errors_ = waiting.owes_name_errors;
  settle(sample, waiting.hash, binding);
}

void Pipeline::Story::settle(const sample::Sample& sample, std::uint64_t hash, Binding* binding) {
  if (binding == nullptr || !is_current(*binding, sample)) {
    bind_and_apply(sample, hash, binding);
    return;
  }
  ledger_.lookups.add(sample.weight);
  ledger_.lookup_hits.add(sample.weight);
  metrics::SeriesHeader* header = binding->series == 0 ? nullptr : store_.at(binding->series);
  apply(sample, *outcomes_.find(binding->outcome), header, binding->series);
}

void Pipeline::Story::bind_and_apply(const sample::Sample& sample, std::uint64_t hash,
                                     Binding* stale) {
  const bool is_answered = stale != nullptr && outcomes_.find(stale->outcome) != nullptr;
  const Bound bound = binder_.bind(sample, *rules_, now_);
  ledger_.lookups.add(sample.weight);
  ledger_.lookup_hits.add(sample.weight - (is_answered ? 0 : 1));
  const std::uint32_t outcome = outcomes_.keep(bound.outcome);
  const Binding binding{bound.admission.series, bound.admission.version, outcome};
  if (outcome == OutcomeList::kNone) {
    ledger_.unbound.add();
  } else if (stale != nullptr) {
    *stale = binding;
    ledger_.answers_made.add(is_answered ? 0 : 1);
  } else {
    const auto reclaimed = bindings_.reclaimed();
    const bool is_kept = bindings_.insert(hash, sample, binding, [this](const Binding& other) {
      return is_dead(other);
    }) != nullptr;
    ledger_.bindings_removed.add(bindings_.reclaimed() - reclaimed);
    (is_kept ? ledger_.bindings_made : ledger_.unbound).add();
    ledger_.answers_made.add(is_kept ? 1 : 0);
  }
  apply(sample, bound.outcome, bound.admission.header, bound.admission.series);
}

bool Pipeline::Story::is_dead(const Binding& binding) const {
  const Outcome* const outcome = outcomes_.find(binding.outcome);
  if (outcome == nullptr) return true;
  // What is refused is found out again soon enough; what a rule drops is not refused.
  if (binding.series == 0) return outcome->refusal.has_value();
  const auto life = store_.at(binding.series)->version.load(std::memory_order_acquire);
  return (life & ~metrics::kLifeMask) != binding.version;
}

void Pipeline::Story::apply(const sample::Sample& sample, const Outcome& outcome,
                            metrics::SeriesHeader* header, metrics::SeriesHandle series) {
  count_tags(sample, outcome.has_labels, outcome.name_tag_errors, outcome.field_tag_errors);
  if (outcome.disposition == Disposition::Dropped) {
    ledger_.dropped.add(sample.weight);
    return;
  }
  const double value = outcome.value_of(outcome.sent_by(sample));
  if (!is_applicable(outcome, sample, value)) return;
  touch(outcome, header, series);
  record(value, sample.weight, sample.is_relative, outcome, header);
  if (outcome.companion) record_companion(value, sample, outcome, header);
  if (outcome.is_overflow) outcome.tally->add(sample.weight);
  ledger_.applied[static_cast<std::size_t>(sample::event_kind(sample.kind))].add(sample.weight);
}

void Pipeline::Story::touch(const Outcome& outcome, metrics::SeriesHeader* header,
                            metrics::SeriesHandle series) {
  header->touched.store(tick_, std::memory_order_relaxed);
  if (header->ttl.load(std::memory_order_relaxed) != outcome.ttl) {
    store_.set_ttl(series, outcome.ttl * metrics::kTick);
  }
}

// The event is counted with the histogram; what the summary loses is counted under its own name.
void Pipeline::Story::record_companion(double value, const sample::Sample& sample,
                                       const Outcome& outcome, metrics::SeriesHeader* histogram) {
  if (outcome.companion_tally != nullptr) outcome.companion_tally->add(sample.weight);
  if (!outcome.has_companion_series()) {
    const bool is_conflict = outcome.companion == metrics::Admitted::Conflict;
    tell_refused_event(is_conflict ? DropReason::Conflict : DropReason::Budget, sample, value);
    return;
  }
  const metrics::SeriesLink link =
      static_cast<metrics::HistogramSeries*>(histogram)->companion.load(std::memory_order_acquire);
  metrics::SeriesHeader* const header = store_.at(link.series);
  touch(outcome, header, link.series);
  static_cast<metrics::SummarySeries*>(header)->summary().observe(value, sample.weight, now_);
}

// Counts what the reference counts before a value reaches its series, in its order (6.1).
bool Pipeline::Story::is_applicable(const Outcome& outcome, const sample::Sample& sample,
                                    double value) {
  const std::uint32_t weight = sample.weight;
  const auto refuse = [&](DropReason why) {
    auto& error = ledger_.errors[static_cast<std::size_t>(why)];
    (is_counted_by_name(why) ? *outcome.tally : error).add(weight);
    tell_refused_event(why, sample, value);
    return false;
  };
  if (outcome.refusal == DropReason::EmptyMetricName) return refuse(*outcome.refusal);
  (outcome.disposition == Disposition::Mapped ? ledger_.mapped : ledger_.unmapped).add(weight);
  if (sample.kind == sample::SampleKind::Counter && !counters_.takes(value, outcome.is_up_down)) {
    return refuse(counters_.reason_against(value));
  }
  return !outcome.refusal || refuse(*outcome.refusal);
}

void Pipeline::Story::record(double value, std::uint32_t weight, bool is_relative,
                             const Outcome& outcome, metrics::SeriesHeader* header) {
  switch (outcome.type) {
    case metrics::Type::Counter: {
      auto* counter = static_cast<metrics::CounterSeries*>(header);
      outcome.is_total ? counter->set(value) : counter->add(value);
      return;
    }
    case metrics::Type::Gauge: {
      auto* gauge = static_cast<metrics::GaugeSeries*>(header);
      // One branch, as without counters.
      const bool is_delta = is_relative | outcome.is_up_down;
      is_delta ? gauge->add(value) : gauge->set(value);
      return;
    }
    case metrics::Type::Histogram:
      static_cast<metrics::HistogramSeries*>(header)->observe(value, weight);
      return;
    case metrics::Type::Summary:
      static_cast<metrics::SummarySeries*>(header)->summary().observe(value, weight, now_);
      return;
  }
}

}  // namespace weir::pipeline
