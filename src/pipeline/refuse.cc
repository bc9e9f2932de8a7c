// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "pipeline/story.h"
#include "weir/statsd/tag_parser.h"

namespace weir::pipeline {

void Pipeline::Story::tell_refusal(RefusalReason reason, std::string_view part) const {
  if (!is_told(reason)) return;
  options_.refusals->on_refusal({.reason = reason, .line = line_, .part = part, .event = {}});
}

// The binding remembers why, but not the name and the labels: they are made again.
void Pipeline::Story::tell_refused_event(RefusalReason reason, const sample::Sample& sample,
                                         double value) {
  if (!is_told(reason)) return;
  const auto described = binder_.describe(sample, *rules_);
  RefusedEvent event{.metric = described.name,
                     .labels = described.labels,
                     .type = event_kind_name(sample::event_kind(sample.kind)),
                     .value = value,
                     .match = described.match,
                     .obstacle = {}};
  if (reason == RefusalReason(DropReason::Conflict)) {
    event.obstacle = store_.obstacle(described.name, described.type);
  }
  options_.refusals->on_refusal(
      {.reason = reason, .line = line_, .part = {}, .event = std::move(event)});
}

void Pipeline::Story::count_name_tag_errors(std::string_view name, std::uint32_t errors) {
  ledger_.tag_errors.add(errors);
  if (!is_told(OtherRefusal::MalformedTag)) return;
  const auto tags = statsd::malformed_name_tags(name, options_.dialects);
  options_.refusals->on_refusal(
      {.reason = OtherRefusal::MalformedTag, .line = line_, .part = tags, .event = {}});
}

void Pipeline::Story::count_field_tag_errors(const sample::IdentityFields& fields,
                                             std::uint32_t errors) {
  ledger_.tag_errors.add(errors);
  if (!is_told(OtherRefusal::MalformedTag)) return;
  const auto tags = statsd::malformed_field_tags(fields, options_.dialects);
  options_.refusals->on_refusal(
      {.reason = OtherRefusal::MalformedTag, .line = line_, .part = tags, .event = {}});
}

void Pipeline::Story::too_long_line(std::string_view beginning) {
  ledger_.lines_too_long.add();
  if (!is_told(OtherRefusal::LineTooLong)) return;
  options_.refusals->on_refusal(
      {.reason = OtherRefusal::LineTooLong, .line = beginning, .part = {}, .event = {}});
}

}  // namespace weir::pipeline
