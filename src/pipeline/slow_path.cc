// SPDX-License-Identifier: Apache-2.0
// Samples whose name is seen for the first time, and those that need more than their series.
#include <algorithm>
#include <chrono>

#include "pipeline/admission.h"
#include "pipeline/binding_table.h"
#include "pipeline/outcome_list.h"
#include "pipeline/sample_group.h"
#include "weir/pipeline/counter_policy.h"
#include "weir/pipeline/pipeline.h"
#include "weir/pipeline/resolver.h"

namespace weir::pipeline {

namespace {

// Prometheus refuses what is further ahead.
constexpr std::chrono::minutes kTimestampAheadMax{10};
// Of a prefetch.
constexpr int kToWrite = 1;

}  // namespace

// A line that is not known, or not of the fast path after all. Its shape was checked, its name and
// tags were not: known or not, no line comes back to the parser from here.
void Pipeline::apply_plain(const WaitingSample& waiting) {
  LineContext line{waiting.text()};
  ledger_.lines.add();
  const sample::Sample sample = waiting.sample();
  Binding* const binding = bindings_->find(waiting.identity);
  if (binding == nullptr) {
    if (const auto fault = parser_.fault_of(waiting)) return count_plain_fault(*fault, line);
  }
  ledger_.sample_lines.add();
  ledger_.samples.add();
  ledger_.good_samples.add();
  apply_or_bind(sample, waiting.identity, binding, line);
}

// What this and what it calls counts of a sample that is kept, `try_fast_path` and FastPathCounts
// count too: a change of one is a change of both. ingest_equivalence_test.cc sends the same lines
// through either and compares all counts.
void Pipeline::apply_or_bind(const sample::Sample& sample, const sample::Fingerprint& identity,
                             Binding* binding, LineContext& line) {
  if (binding == nullptr || !is_valid(*binding, sample)) {
    bind(sample, identity, binding, line);
    return;
  }
  const Outcome& outcome = *outcomes_->find(binding->outcome);
  count_lookups(outcome, binding->rule, sample.weight, sample.weight);
  metrics::SeriesHeader* header = binding->series == 0 ? nullptr : store_.at(binding->series);
  apply(sample, outcome, header, binding->series, line);
}

// The reference looks up events, and what is not read is none.
void Pipeline::count_lookups(const Outcome& outcome, std::uint32_t rule, std::uint32_t lookups,
                             std::uint32_t hits) {
  if (outcome.disposition == Disposition::Unread) return;
  rule_counts_->at(rule).add(lookups);
  ledger_.lookups.add(lookups);
  ledger_.lookup_hits.add(hits);
}

bool Pipeline::is_valid(const Binding& binding, const sample::Sample& sample) const {
  const Outcome* const outcome = outcomes_->find(binding.outcome);
  if (outcome == nullptr) return false;
  if (binding.series != 0 &&
      store_.at(binding.series)->version.load(std::memory_order_seq_cst) != binding.version) {
    return false;
  }
  if (outcome->has_companion_series() && !has_live_companion(binding)) return false;
  if (outcome->refusal && depends_on_value(*outcome->refusal)) {
    return !counters().takes(outcome->sent_by(sample) * outcome->scale, outcome->is_up_down);
  }
  return !outcome->depends_on_release() || outcome->release_epoch == store_.release_epoch();
}

bool Pipeline::has_live_companion(const Binding& binding) const {
  const auto* const histogram =
      static_cast<const metrics::HistogramSeries*>(store_.at(binding.series));
  const metrics::SeriesLink link = histogram->companion.load(std::memory_order_acquire);
  return link.series != 0 &&
         store_.at(link.series)->version.load(std::memory_order_seq_cst) == link.version;
}

void Pipeline::bind(const sample::Sample& sample, const sample::Fingerprint& identity,
                    Binding* stale, LineContext& line) {
  const bool is_answered = stale != nullptr && outcomes_->find(stale->outcome) != nullptr;
  const Resolution resolution = resolver_->resolve(sample, *rules_);
  const std::uint32_t rule = rule_counts_->place_of(resolution.rule);
  __builtin_prefetch(&rule_counts_->at(rule), kToWrite);
  BindResult bound = admission_->admit(resolution, *rules_, now_);
  if (bound.outcome.depends_on_release()) bound.outcome.rule = rule;
  if (options_.unmapped != nullptr && resolution.treatment.disposition == Disposition::Unmapped) {
    options_.unmapped->on_unmapped(line.text);
  }
  count_lookups(bound.outcome, rule, sample.weight, sample.weight - (is_answered ? 0 : 1));
  const std::uint32_t outcome = outcomes_->keep(bound.outcome);
  const Binding binding{.series = bound.admission.series,
                        .version = bound.admission.version,
                        .outcome = outcome,
                        .rule = rule};
  if (outcome == OutcomeList::kNone) {
    ledger_.unbound.add();
  } else if (stale != nullptr) {
    *stale = binding;
    ledger_.answers_made.add(is_answered ? 0 : 1);
  } else {
    const auto reclaimed = bindings_->reclaimed();
    const bool is_kept = sample::identity_size(sample) <= sample::Fingerprinter::kSizeMax &&
                         bindings_->insert(identity, binding, [this](const Binding& other) {
                           return is_dead(other);
                         }) != nullptr;
    ledger_.bindings_removed.add(bindings_->reclaimed() - reclaimed);
    (is_kept ? ledger_.bindings_made : ledger_.unbound).add();
    ledger_.answers_made.add(is_kept ? 1 : 0);
  }
  apply(sample, bound.outcome, bound.admission.header, bound.admission.series, line);
}

bool Pipeline::is_dead(const Binding& binding) const {
  const Outcome* const outcome = outcomes_->find(binding.outcome);
  if (outcome == nullptr) return true;
  // What is refused is found out again soon enough; what a rule drops is not refused.
  if (binding.series == 0) {
    return outcome->refusal.has_value() || outcome->disposition == Disposition::Unread;
  }
  const auto life = store_.at(binding.series)->version.load(std::memory_order_acquire);
  return (life & ~metrics::kLifeMask) != binding.version;
}

void Pipeline::apply(const sample::Sample& sample, const Outcome& outcome,
                     metrics::SeriesHeader* header, metrics::SeriesHandle series,
                     LineContext& line) {
  if (outcome.disposition == Disposition::Unread) return count_unread_set(sample, outcome, line);
  if (sample.kind == sample::SampleKind::Set) ledger_.good_samples.add();
  count_tags(sample, outcome.has_labels, outcome.name_tag_errors, outcome.field_tag_errors, line);
  if (outcome.disposition == Disposition::Dropped) {
    ledger_.dropped.add(sample.weight);
    return;
  }
  const double value = outcome.value_of(outcome.sent_by(sample));
  if (!is_applicable(outcome, sample, value, line)) return;
  touch(outcome, header, series);
  if (outcome.gauge == metrics::GaugeKind::Distinct) {
    auto* const set = static_cast<metrics::ComputedGaugeSeries*>(header);
    const bool is_counted = set->distinct().add(store_.hash_of(sample.member), now_);
    if (!is_counted) return refuse_member(sample, outcome, line);
  } else if (outcome.has_timestamp) {
    record_with_timestamp(value, sample, outcome, header, line);
  } else {
    record(value, sample.weight, sample.is_relative, outcome, header);
  }
  if (outcome.has_lost_gauges) count_lost_gauges(value, sample, outcome, line);
  if (outcome.companion) record_companion(value, sample, outcome, header, line);
  if (outcome.is_overflow) {
    outcome.tally->add(sample.weight);
    report_refused_event(OtherRefusal::Overflowed, sample, value, outcome, line);
  }
  ledger_.applied[static_cast<std::size_t>(sample::event_kind(sample.kind))].add(sample.weight);
}

// A value without a time has that of the scrape, whatever the one before had.
void Pipeline::record_with_timestamp(double value, const sample::Sample& sample,
                                     const Outcome& outcome, metrics::SeriesHeader* header,
                                     LineContext& line) {
  auto* const gauge = static_cast<metrics::TimestampedGaugeSeries*>(header);
  const std::uint32_t time = outcome.honors_timestamps ? good_timestamp_of(sample, line) : 0;
  if (outcome.moves_gauge(sample.is_relative)) {
    gauge->add_at(time, value);
  } else {
    gauge->set_at(time, value);
  }
}

// 0 without a good one.
std::uint32_t Pipeline::good_timestamp_of(const sample::Sample& sample, LineContext& line) {
  if (sample.timestamp == 0) return 0;
  if (latest_timestamp_ == 0) {
    const auto latest = (options_.unix_clock() + kTimestampAheadMax).time_since_epoch();
    latest_timestamp_ = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
        std::chrono::floor<std::chrono::seconds>(latest).count(), 1, sample::Sample::kNoTime - 1));
  }
  if (sample.timestamp <= latest_timestamp_) return sample.timestamp;
  count_rejection(statsd::Rejection::InvalidTimestamp, {}, line);
  return 0;
}

void Pipeline::touch(const Outcome& outcome, metrics::SeriesHeader* header,
                     metrics::SeriesHandle series) {
  header->touched.store(tick_, std::memory_order_relaxed);
  if (header->ttl.load(std::memory_order_relaxed) != outcome.ttl) {
    store_.set_ttl(series, outcome.ttl * metrics::kTick);
  }
}

// The event is counted with the histogram; what the summary loses is counted under its own name.
void Pipeline::record_companion(double value, const sample::Sample& sample, const Outcome& outcome,
                                metrics::SeriesHeader* histogram, const LineContext& line) {
  if (outcome.companion_tally != nullptr) outcome.companion_tally->add(sample.weight);
  if (!outcome.has_companion_series()) {
    static const metrics::Definition kSummary{
        .type = metrics::Type::Summary, .objectives = {}, .bounds = {}};
    report_lost_series(
        {kCompanionSuffix, kSummary, *outcome.companion, outcome.is_companion_renamed}, sample,
        value, outcome, line);
    return;
  }
  const metrics::SeriesLink link =
      static_cast<metrics::HistogramSeries*>(histogram)->companion.load(std::memory_order_acquire);
  metrics::SeriesHeader* const header = store_.at(link.series);
  touch(outcome, header, link.series);
  static_cast<metrics::SummarySeries*>(header)->summary().observe(value, sample.weight, now_);
}

// The event is counted with the series that they are beside.
void Pipeline::count_lost_gauges(double value, const sample::Sample& sample, const Outcome& outcome,
                                 const LineContext& line) {
  for (const auto kind : metrics::kPublishedKinds) {
    const PublishedGauge& gauge = outcome.gauges.at(place_of(kind));
    if (gauge.tally == nullptr) continue;
    gauge.tally->add(sample.weight);
    report_lost_series(
        {published_suffix(kind), gauge_definition(kind), gauge.admitted, gauge.is_renamed}, sample,
        value, outcome, line);
  }
}

// Counts what the reference counts before a value reaches its series, in its order (6.1).
bool Pipeline::is_applicable(const Outcome& outcome, const sample::Sample& sample, double value,
                             const LineContext& line) {
  const std::uint32_t weight = sample.weight;
  const auto refuse = [&](DropReason why) {
    auto& error = ledger_.errors[static_cast<std::size_t>(why)];
    (is_counted_by_name(why) ? *outcome.tally : error).add(weight);
    if (why == DropReason::Conflict) ledger_.conflicting_events.add(weight);
    if (why == DropReason::Budget) ledger_.refused_events.add(weight);
    report_refused_event(why, sample, value, outcome, line);
    return false;
  };
  if (outcome.refusal == DropReason::EmptyMetricName) return refuse(*outcome.refusal);
  (outcome.disposition == Disposition::Mapped ? ledger_.mapped : ledger_.unmapped).add(weight);
  if (sample.kind == sample::SampleKind::Counter && !counters().takes(value, outcome.is_up_down)) {
    return refuse(counters().reason_against(value));
  }
  return !outcome.refusal || refuse(*outcome.refusal);
}

}  // namespace weir::pipeline
