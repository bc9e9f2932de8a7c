// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "pipeline/story.h"

namespace weir::pipeline {

namespace {

EventError event_error(Failure failure) {
  switch (failure) {
    case Failure::ReservedLabel: return EventError::ReservedLabel;
    case Failure::TooManyLabels: return EventError::TooManyLabels;
    case Failure::SeriesTooLong: return EventError::SeriesTooLong;
    default: return EventError::EmptyMetricName;
  }
}

}  // namespace

bool Pipeline::Story::is_current(const Binding& binding, const statsd::Sample& sample) const {
  const Outcome* const outcome = outcomes_.find(binding.outcome);
  if (outcome == nullptr) return false;
  if (binding.series != 0 &&
      store_.at(binding.series)->version.load(std::memory_order_seq_cst) != binding.version) {
    return false;
  }
  if (outcome->failure == Failure::NotAsked) {
    return !counters_.takes(sample.value * outcome->scale, outcome->is_up_and_down);
  }
  return !outcome->depends_on_release() || outcome->release_epoch == store_.release_epoch();
}

void Pipeline::Story::on_sample(const statsd::Sample& sample) {
  if (is_settling_) {
    const std::uint64_t hash = bindings_.hash(sample);
    return settle(sample, hash, bindings_.find(hash, sample));
  }
  WaitingSample& waiting = group_.next();
  waiting.sample = sample;
  waiting.line = line_;
  waiting.is_unchecked = false;
  waiting.owes_name_errors = owes_name_errors_;
  // The lines that are worked off here are others.
  const std::string_view line = line_;
  add_to_group(waiting);
  line_ = line;
  owes_name_errors_ = false;
}

// Each pass asks for what the next one reads.
void Pipeline::Story::work_off() {
  for (WaitingSample& waiting : group_) waiting.entry = bindings_.candidate(waiting.hash);
  for (const WaitingSample& waiting : group_) {
    if (waiting.entry != nullptr) store_.prefetch(waiting.entry->binding.series);
  }
  for (const WaitingSample& waiting : group_) prefetch_observation(waiting);
  const std::size_t reclaimed = bindings_.reclaimed();
  for (WaitingSample& waiting : group_) {
    // A place that was given up may be another's by now.
    if (bindings_.reclaimed() != reclaimed) waiting.entry = nullptr;
    settle(waiting);
  }
  group_.clear();
}

void Pipeline::Story::prefetch_observation(const WaitingSample& waiting) const {
  if (statsd::event_kind(waiting.sample.kind) != statsd::EventKind::Observer) return;
  if (waiting.entry == nullptr) return;
  const Binding& binding = waiting.entry->binding;
  // Of another summary perhaps, when the hash alone is the same; but what is looked at is one.
  const Outcome* const outcome = outcomes_.find(binding.outcome);
  if (outcome == nullptr || outcome->type != metrics::Type::Summary || binding.series == 0) return;
  metrics::SeriesHeader* const header = store_.at(binding.series);
  if (header->version.load(std::memory_order_acquire) != binding.version) return;
  static_cast<metrics::SummarySeries*>(header)->summary().prefetch();
}

void Pipeline::Story::settle(const WaitingSample& waiting) {
  Binding* const binding =
      waiting.entry != nullptr && BindingTable::holds(*waiting.entry, waiting.sample)
          ? &waiting.entry->binding
          : bindings_.find(waiting.hash, waiting.sample);
  if (waiting.is_unchecked && binding == nullptr) {
    is_settling_ = true;
    take(waiting.line);
    is_settling_ = false;
    return;
  }
  ledger_.lines.add(waiting.is_unchecked ? 1 : 0);
  ledger_.samples.add(waiting.is_unchecked ? 1 : 0);
  if (binding != nullptr && apply_smoothly(waiting.sample, *binding)) return;
  line_ = waiting.line;
  owes_name_errors_ = waiting.owes_name_errors;
  settle(waiting.sample, waiting.hash, binding);
}

// Most samples: known, mapped or unmapped, and with a value that their series takes. False, and
// nothing done, for any other.
bool Pipeline::Story::apply_smoothly(const statsd::Sample& sample, const Binding& binding) {
  const Outcome* const outcome = outcomes_.find(binding.outcome);
  if (outcome == nullptr || !outcome->is_smooth) return false;
  metrics::SeriesHeader* const header = store_.at(binding.series);
  if (header->version.load(std::memory_order_seq_cst) != binding.version) return false;
  if (header->ttl.load(std::memory_order_relaxed) != outcome->ttl) return false;
  const double value = outcome->value_of(sample);
  const bool is_harmless = value >= 0 && value <= std::numeric_limits<double>::max();
  if (!is_harmless && sample.kind == statsd::SampleKind::Counter) return false;
  header->touched.store(tick_, std::memory_order_relaxed);
  record(sample, *outcome, header, value);
  count_smooth(sample, *outcome);
  return true;
}

void Pipeline::Story::count_smooth(const statsd::Sample& sample, const Outcome& outcome) {
  ledger_.lookups.add(sample.weight);
  ledger_.lookup_hits.add(sample.weight);
  ledger_.tagged_samples.add(outcome.has_labels ? 1 : 0);
  (outcome.disposition == Disposition::Mapped ? ledger_.mapped : ledger_.unmapped)
      .add(sample.weight);
  ledger_.applied[static_cast<std::size_t>(statsd::event_kind(sample.kind))].add(sample.weight);
}

void Pipeline::Story::settle(const statsd::Sample& sample, std::uint64_t hash, Binding* binding) {
  if (binding == nullptr || !is_current(*binding, sample)) {
    bind_and_apply(sample, hash, binding);
    return;
  }
  ledger_.lookups.add(sample.weight);
  ledger_.lookup_hits.add(sample.weight);
  metrics::SeriesHeader* header = binding->series == 0 ? nullptr : store_.at(binding->series);
  apply(sample, *outcomes_.find(binding->outcome), header, binding->series);
}

void Pipeline::Story::bind_and_apply(const statsd::Sample& sample, std::uint64_t hash,
                                     Binding* stale) {
  const Bound bound = binder_.bind(sample, *rules_, now_);
  ledger_.lookups.add(sample.weight);
  ledger_.lookup_hits.add(sample.weight - 1);
  const std::uint32_t outcome = outcomes_.keep(bound.outcome);
  const Binding binding{bound.admission.series, bound.admission.version, outcome};
  if (outcome == OutcomeList::kNone) {
    ledger_.unbound.add();
  } else if (stale != nullptr) {
    *stale = binding;
  } else {
    const auto reclaimed = bindings_.reclaimed();
    const bool is_kept = bindings_.insert(hash, sample, binding, [this](const Binding& other) {
      return is_dead(other);
    }) != nullptr;
    ledger_.bindings_removed.add(bindings_.reclaimed() - reclaimed);
    (is_kept ? ledger_.bindings_made : ledger_.unbound).add();
  }
  apply(sample, bound.outcome, bound.admission.header, bound.admission.series);
}

bool Pipeline::Story::is_dead(const Binding& binding) const {
  const Outcome* const outcome = outcomes_.find(binding.outcome);
  if (outcome == nullptr) return true;
  // What is refused is found out again soon enough; what a rule drops is not refused.
  if (binding.series == 0) return outcome->failure != Failure::None;
  const auto life = store_.at(binding.series)->version.load(std::memory_order_acquire);
  return (life & ~metrics::kLifeMask) != binding.version;
}

void Pipeline::Story::apply(const statsd::Sample& sample, const Outcome& outcome,
                            metrics::SeriesHeader* header, metrics::SeriesHandle series) {
  count_tags(outcome.has_labels, outcome.name_tag_errors, outcome.field_tag_errors);
  if (outcome.disposition == Disposition::Dropped) {
    ledger_.dropped.add(sample.weight);
    return;
  }
  const double value = outcome.value_of(sample);
  const bool is_counter = sample.kind == statsd::SampleKind::Counter;
  if (!is_applicable(outcome, value, is_counter, sample.weight)) return;
  header->touched.store(tick_, std::memory_order_relaxed);
  if (header->ttl.load(std::memory_order_relaxed) != outcome.ttl) {
    store_.set_ttl(series, outcome.ttl * metrics::kTick);
  }
  record(sample, outcome, header, value);
  if (outcome.is_overflow) outcome.tally->add(sample.weight);
  ledger_.applied[static_cast<std::size_t>(statsd::event_kind(sample.kind))].add(sample.weight);
}

// Counts what the reference counts before a value reaches its series, in its order (6.1).
bool Pipeline::Story::is_applicable(const Outcome& outcome, double value, bool is_counter,
                                    std::uint32_t weight) {
  const auto error = [this, weight](EventError why) {
    ledger_.errors[static_cast<std::size_t>(why)].add(weight);
    tell_loss(reason(why));
    return false;
  };
  if (outcome.failure == Failure::EmptyName) return error(EventError::EmptyMetricName);
  (outcome.disposition == Disposition::Mapped ? ledger_.mapped : ledger_.unmapped).add(weight);
  if (is_counter && !counters_.takes(value, outcome.is_up_and_down)) {
    return error(counters_.is_refused_non_finite(value) ? EventError::NonFiniteCounter
                                                        : EventError::IllegalNegativeCounter);
  }
  if (outcome.failure == Failure::None) return true;
  if (outcome.failure == Failure::Conflict || outcome.failure == Failure::Refused) {
    outcome.tally->add(weight);
    tell_loss(outcome.failure == Failure::Conflict ? "conflict" : "budget");
    return false;
  }
  return error(event_error(outcome.failure));
}

void Pipeline::Story::record(const statsd::Sample& sample, const Outcome& outcome,
                             metrics::SeriesHeader* header, double value) {
  switch (outcome.type) {
    case metrics::Type::Counter:
      static_cast<metrics::CounterSeries*>(header)->add(value, options_.writers);
      return;
    case metrics::Type::Gauge: {
      auto* gauge = static_cast<metrics::GaugeSeries*>(header);
      // One branch, as without counters.
      const bool is_delta = sample.is_relative | outcome.is_up_and_down;
      is_delta ? gauge->add(value) : gauge->set(value);
      return;
    }
    case metrics::Type::Histogram:
      static_cast<metrics::HistogramSeries*>(header)->observe(value, sample.weight);
      return;
    case metrics::Type::Summary:
      static_cast<metrics::SummarySeries*>(header)->summary().observe(value, sample.weight, now_);
      return;
  }
}

}  // namespace weir::pipeline
