// SPDX-License-Identifier: Apache-2.0
#include "pipeline/admission.h"

#include <array>
#include <chrono>

#include "weir/metrics/definition.h"
#include "weir/pipeline/series_request.h"

namespace weir::pipeline {

const metrics::Definition& gauge_definition(metrics::GaugeKind kind) {
  static const auto kDefinitions = [] {
    std::array<metrics::Definition, metrics::kPublishedKinds.size()> made;
    for (const auto of : metrics::kPublishedKinds) {
      made.at(place_of(of)).type = metrics::Type::Gauge;
      made.at(place_of(of)).gauge = of;
    }
    return made;
  }();
  return kDefinitions.at(place_of(kind));
}

SeriesAdmission::SeriesAdmission(metrics::Store& store, Ledger& ledger,
                                 std::size_t series_bytes_max)
    : store_(store), ledger_(ledger), series_bytes_max_(series_bytes_max) {}

BindResult SeriesAdmission::admit(const Resolution& resolution, const PreparedRules& rules,
                                  base::TimePoint now) {
  BindResult bound{.outcome = Outcome(resolution.treatment), .admission = {}};
  Outcome& outcome = bound.outcome;
  if (!outcome.is_kept() || outcome.refusal) return bound;
  metrics::SeriesRequest request = series_request(resolution, rules);
  // Before the answer: a release in between only makes the sample ask once more.
  outcome.release_epoch = store_.release_epoch();
  const Question question{resolution.event, on_conflict(resolution, rules), now};
  bound.admission = ask(question, request, outcome.tally);
  outcome.is_renamed = bound.admission.is_renamed;
  switch (bound.admission.admitted) {
    case metrics::Admitted::Own: break;
    case metrics::Admitted::Overflow: outcome.is_overflow = true; break;
    case metrics::Admitted::Conflict: outcome.refusal = DropReason::Conflict; return bound;
    case metrics::Admitted::Refused: outcome.refusal = DropReason::Budget; return bound;
  }
  outcome.has_timestamp = bound.admission.header->has_timestamp != 0;
  admit_others(question, resolution, request, bound);
  return bound;
}

metrics::Admission SeriesAdmission::ask(const Question& question, metrics::SeriesRequest& request,
                                        base::Tally*& tally) {
  name_in_conflict_.clear();
  const bool has_other_name =
      append_name_in_conflict(name_in_conflict_, question.on_conflict, request, series_bytes_max_);
  request.name_in_conflict = has_other_name ? std::string_view(name_in_conflict_) : "";
  const metrics::Admission admission = store_.admit(request, question.now);
  const auto name = admission.is_renamed ? request.name_in_conflict : request.name;
  switch (admission.admitted) {
    case metrics::Admitted::Own: break;
    case metrics::Admitted::Overflow: tally = &ledger_.overflowed.at(question.event, name); break;
    case metrics::Admitted::Conflict: tally = &ledger_.conflicts.at(question.event, name); break;
    case metrics::Admitted::Refused: tally = &ledger_.refused.at(question.event, name); break;
  }
  return admission;
}

void SeriesAdmission::admit_others(const Question& question, const Resolution& resolution,
                                   metrics::SeriesRequest request, BindResult& bound) {
  // What the series was made with decides, as it does about buckets and quantiles.
  bound.outcome.publishes = !bound.admission.definition->published.empty();
  if (resolution.companion == nullptr && !bound.outcome.publishes) return;
  own_name_ = bound.admission.is_renamed ? request.name_in_conflict : request.name;
  // What takes what several send has others beside it that do.
  if (bound.outcome.is_overflow) {
    request.labels = metrics::kOverflowLabels;
    request.label_names = metrics::kOverflowLabelName;
  }
  if (bound.outcome.publishes) admit_gauges(question, request, bound);
  if (resolution.companion == nullptr) return;
  request.definition = resolution.companion;
  admit_companion(question, request, bound);
}

void SeriesAdmission::admit_companion(const Question& question, metrics::SeriesRequest request,
                                      BindResult& bound) {
  request.name = name_with(kCompanionSuffix);
  const metrics::Admission admission = ask(question, request, bound.outcome.companion_tally);
  bound.outcome.companion = admission.admitted;
  bound.outcome.is_companion_renamed = admission.is_renamed;
  const bool overflows_with_histogram =
      bound.outcome.is_overflow && admission.admitted == metrics::Admitted::Overflow;
  if (overflows_with_histogram) bound.outcome.companion_tally = nullptr;
  if (admission.series == 0) return;
  static_cast<metrics::HistogramSeries*>(bound.admission.header)
      ->companion.store({admission.series, admission.version}, std::memory_order_release);
}

void SeriesAdmission::admit_gauges(const Question& question, metrics::SeriesRequest request,
                                   BindResult& bound) {
  // They go when the series goes.
  request.ttl = std::chrono::nanoseconds(0);
  request.window_of = {bound.admission.series, bound.admission.version};
  for (const metrics::GaugeKind kind : bound.admission.definition->published) {
    request.name = name_with(published_suffix(kind));
    request.definition = &gauge_definition(kind);
    PublishedGauge& gauge = bound.outcome.gauges.at(place_of(kind));
    const metrics::Admission admission = ask(question, request, gauge.tally);
    gauge.admitted = admission.admitted;
    gauge.is_renamed = gauge.tally != nullptr && admission.is_renamed;
    // That of an overflow series overflows with it.
    if (gauge.admitted == metrics::Admitted::Overflow) gauge = {};
    if (gauge.tally != nullptr) bound.outcome.has_lost_gauges = true;
  }
}

std::string_view SeriesAdmission::name_with(std::string_view suffix) {
  other_name_ = own_name_;
  other_name_ += suffix;
  return other_name_;
}

}  // namespace weir::pipeline
