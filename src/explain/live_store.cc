// SPDX-License-Identifier: Apache-2.0
#include "explain/live_store.h"

#include <string>
#include <utility>

#include <fmt/core.h>

#include "explain/fault_text.h"
#include "weir/pipeline/series_request.h"

namespace weir::explain {

namespace {

Fault fault_of(pipeline::RefusalReason reason, const SampleExplanation& sample,
               const metrics::Store& store) {
  const auto& name = sample.series.name;
  pipeline::RefusedEvent event{
      .metric = name, .labels = {}, .type = {}, .match = {}, .obstacle = sample.live->obstacle};
  Fault fault =
      explain::fault_of({.reason = reason, .line = {}, .part = {}, .event = event}, {}, {});
  if (reason == pipeline::RefusalReason(pipeline::DropReason::Conflict)) return fault;
  if (const auto spread = store.widest_label(name)) {
    fault.text += fmt::format("; the label {} has {} values in {} series of {}", spread->label,
                              spread->values, spread->series, name);
  }
  return fault;
}

void refuse(SampleExplanation& sample, Fault fault) {
  sample.end = End::Refused;
  sample.fault = std::move(fault);
}

void use_answer(const metrics::Store& store, SampleExplanation& sample,
                std::vector<Fault>& faults) {
  switch (sample.live->admitted) {
    case metrics::Admitted::Own: break;
    case metrics::Admitted::Overflow:
      faults.push_back(fault_of(pipeline::OtherRefusal::Overflowed, sample, store));
      break;
    case metrics::Admitted::Conflict:
      return refuse(sample, fault_of(pipeline::DropReason::Conflict, sample, store));
    case metrics::Admitted::Refused:
      return refuse(sample, fault_of(pipeline::DropReason::Budget, sample, store));
  }
}

}  // namespace

std::optional<metrics::AdmissionPreview> ask_store(const metrics::Store& store,
                                                   const pipeline::Resolution& resolution,
                                                   const pipeline::PreparedRules& rules,
                                                   const pipeline::PipelineOptions& options) {
  if (!resolution.treatment.is_kept() || resolution.treatment.refusal) return std::nullopt;
  auto request = pipeline::series_request(resolution, rules);
  std::string name_in_conflict;
  if (pipeline::append_name_in_conflict(name_in_conflict, pipeline::on_conflict(resolution, rules),
                                        request, options.series_bytes_max)) {
    request.name_in_conflict = name_in_conflict;
  }
  return store.preview(request);
}

void use_answers(const metrics::Store& store, Explanation& explanation) {
  for (auto& sample : explanation.samples) {
    if (sample.end != End::Applied || !sample.live) continue;
    auto& series = sample.series;
    if (sample.live->is_renamed) {
      series.name += pipeline::conflict_suffix(series.definition.type, series.definition.gauge);
    }
    use_answer(store, sample, explanation.faults);
  }
}

}  // namespace weir::explain
