// SPDX-License-Identifier: Apache-2.0
// What comes to nothing is counted and reported here.
#include <string>
#include <utility>
#include <variant>

#include "pipeline/admission.h"
#include "pipeline/outcome.h"
#include "weir/base/number.h"
#include "weir/pipeline/pipeline.h"
#include "weir/pipeline/resolver.h"
#include "weir/pipeline/series_request.h"
#include "weir/statsd/tag_parser.h"

namespace weir::pipeline {

namespace {

// What the store was asked for, or gave.
std::string name_in_store(std::string_view name, metrics::Type type, metrics::GaugeKind gauge,
                          bool is_renamed) {
  return std::string(name).append(is_renamed ? conflict_suffix(type, gauge) : "");
}

std::string name_in_store(std::string_view name, const Outcome& outcome) {
  return name_in_store(name, outcome.type, outcome.gauge, outcome.is_renamed);
}

// Borrows from `described` and `name`.
RefusedEvent refused_event(const Resolution& described, std::string_view name,
                           const sample::Sample& sample, double value) {
  return {.metric = name,
          .labels = described.labels,
          .type = event_kind_name(sample::event_kind(sample.kind)),
          .value = value,
          .member = sample.member,
          .match = described.rule == nullptr ? std::string_view() : described.rule->match,
          .obstacle = {}};
}

}  // namespace

void Pipeline::report_refusal(RefusalReason reason, std::string_view part,
                              const LineContext& line) const {
  if (!is_reported(reason)) return;
  options_.refusals->on_refusal({.reason = reason, .line = line.text, .part = part, .event = {}});
}

// The binding remembers why, but not the name and the labels: they are made again.
void Pipeline::report_refused_event(RefusalReason reason, const sample::Sample& sample,
                                    double value, const Outcome& outcome, const LineContext& line) {
  if (!is_reported(reason)) return;
  const Resolution described = resolver_->describe(sample, *rules_);
  const std::string name = name_in_store(described.name, outcome);
  RefusedEvent event = refused_event(described, name, sample, value);
  if (reason == RefusalReason(DropReason::Conflict)) {
    event.obstacle = store_.obstacle(name, *described.definition, !described.labels.empty());
  } else if (reason == RefusalReason(DropReason::Budget) ||
             reason == RefusalReason(OtherRefusal::Overflowed)) {
    event.spread = store_.widest_label(name);
  }
  options_.refusals->on_refusal(
      {.reason = reason, .line = line.text, .part = {}, .event = std::move(event)});
}

// Of a sample that reaches its own series.
void Pipeline::report_lost_series(const LostSeries& lost, const sample::Sample& sample,
                                  double value, const Outcome& outcome, const LineContext& line) {
  const bool is_conflict = lost.admitted == metrics::Admitted::Conflict;
  const DropReason reason = is_conflict ? DropReason::Conflict : DropReason::Budget;
  if (!is_reported(reason)) return;
  const Resolution described = resolver_->describe(sample, *rules_);
  const std::string own_name = name_in_store(described.name, outcome);
  const std::string name = name_in_store(own_name + std::string(lost.suffix), lost.definition.type,
                                         lost.definition.gauge, lost.is_renamed);
  RefusedEvent event = refused_event(described, name, sample, value);
  if (is_conflict)
    event.obstacle = store_.obstacle(name, lost.definition, !described.labels.empty());
  options_.refusals->on_refusal(
      {.reason = reason, .line = line.text, .part = {}, .event = std::move(event)});
}

void Pipeline::count_name_tag_errors(std::string_view name, std::uint32_t errors,
                                     const LineContext& line) {
  ledger_.tag_errors.add(errors);
  if (!is_reported(OtherRefusal::MalformedTag)) return;
  const auto tags = statsd::malformed_name_tags(name, options_.dialects);
  options_.refusals->on_refusal(
      {.reason = OtherRefusal::MalformedTag, .line = line.text, .part = tags, .event = {}});
}

void Pipeline::count_field_tag_errors(const sample::IdentityFields& fields, std::uint32_t errors,
                                      const LineContext& line) {
  ledger_.tag_errors.add(errors);
  if (!is_reported(OtherRefusal::MalformedTag)) return;
  const auto tags = statsd::malformed_field_tags(fields, options_.dialects);
  options_.refusals->on_refusal(
      {.reason = OtherRefusal::MalformedTag, .line = line.text, .part = tags, .event = {}});
}

void Pipeline::count_tags(const sample::Sample& sample, bool has_labels, std::uint32_t name_errors,
                          std::uint32_t field_errors, LineContext& line) {
  if (has_labels) ledger_.tagged_samples.add();
  if (field_errors != 0) count_field_tag_errors(sample.fields, field_errors, line);
  if (line.name_tags_uncounted && name_errors != 0) {
    count_name_tag_errors(sample.name, name_errors, line);
  }
  line.name_tags_uncounted = false;
}

void Pipeline::count_rejection(statsd::Rejection rejection, std::string_view part,
                               LineContext& line) {
  ledger_.rejections[static_cast<std::size_t>(rejection)].add();
  report_refusal(rejection, part, line);
  // Such a line has no name to speak of.
  if (rejection == statsd::Rejection::MalformedLine) line.name_tags_uncounted = false;
}

void Pipeline::count_message(statsd::Message message, LineContext& line) {
  line.name_tags_uncounted = false;
  (message == statsd::Message::Event ? ledger_.dogstatsd_events : ledger_.dogstatsd_service_checks)
      .add();
}

void Pipeline::count_unknown_type(const sample::Sample& sample, std::string_view type,
                                  LineContext& line) {
  const auto tags = resolver_->count_tags(sample);
  count_tags(sample, tags.has_labels, tags.name_errors, tags.field_errors, line);
  count_rejection(statsd::Rejection::IllegalEvent, type, line);
}

// As the parser and this class count it where sets are not read.
void Pipeline::count_unread_set(const sample::Sample& sample, const Outcome& outcome,
                                LineContext& line) {
  if (base::parse_number(sample.member).fault != base::NumberFault::None) {
    return count_rejection(statsd::Rejection::MalformedValue, sample.member, line);
  }
  count_tags(sample, outcome.has_labels, outcome.name_tag_errors, outcome.field_tag_errors, line);
  count_rejection(statsd::Rejection::IllegalEvent, "s", line);
}

// The outcome has no tally for it: sets would have one each, and nothing in common any more.
void Pipeline::refuse_member(const sample::Sample& sample, const Outcome& outcome,
                             const LineContext& line) {
  const Resolution described = resolver_->describe(sample, *rules_);
  const std::string name = name_in_store(described.name, outcome);
  ledger_.refused.at(described.event, name).add(sample.weight);
  ledger_.refused_events.add(sample.weight);
  report_refused_event(DropReason::Budget, sample, 0, outcome, line);
}

void Pipeline::count_plain_fault(const statsd::PlainLineFault& fault, LineContext& line) {
  if (const auto* const message = std::get_if<statsd::Message>(&fault)) {
    count_message(*message, line);
  } else {
    count_rejection(std::get<statsd::Rejection>(fault), {}, line);
  }
  finish_line(line);
}

void Pipeline::finish_line(const LineContext& line) {
  if (!line.name_tags_uncounted) return;
  const std::string_view name = parser_.name_of(line.text);
  if (!statsd::may_have_name_tags(name, options_.dialects)) return;
  std::uint32_t errors = 0;
  statsd::parse_name_tags(
      name, options_.dialects, [](std::string_view, std::string_view) {}, errors);
  if (errors != 0) count_name_tag_errors(name, errors, line);
}

void Pipeline::count_too_long_line(std::string_view beginning) {
  ledger_.lines_too_long.add();
  if (!is_reported(OtherRefusal::LineTooLong)) return;
  options_.refusals->on_refusal(
      {.reason = OtherRefusal::LineTooLong, .line = beginning, .part = {}, .event = {}});
}

}  // namespace weir::pipeline
