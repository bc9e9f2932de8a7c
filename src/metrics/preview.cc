// SPDX-License-Identifier: Apache-2.0
#include "metrics/request_rules.h"
#include "metrics/store_state.h"
#include "weir/metrics/store.h"

namespace weir::metrics {

namespace {

// As `SeriesIndex::find_current`, which takes away what a reload replaced.
bool has_current(const SeriesIndex& index, const Family& family, std::string_view labels) {
  const SeriesHandle series = index.find_series(family, labels);
  return series != 0 && index.label_names_of(*index.memory.at(series)).is_dead == 0;
}

AdmissionPreview preview_overflow(const SeriesIndex& index, const Family* family,
                                  const SeriesRequest& request) {
  if (!may_overflow(family, request)) return {};
  const bool has_series = family->overflow != 0 || has_current(index, *family, kOverflowLabels);
  if (!has_series) {
    SeriesRequest overflow = request;
    overflow.labels = kOverflowLabels;
    overflow.label_names = kOverflowLabelName;
    if (!index.has_room_for_overflow(overflow)) return {};
  }
  return {.admitted = Admitted::Overflow, .obstacle = {}};
}

AdmissionPreview preview_named(const SeriesIndex& index, const SeriesRequest& request) {
  const Family* family = index.find_family(request.name);
  if (family != nullptr && !family->takes(*request.definition)) {
    if (!gives_way(index, *family, request)) {
      return {.admitted = Admitted::Conflict,
              .obstacle = Obstacle{std::string(family->name()), family->type, family->gauge}};
    }
    family = nullptr;
  }
  const bool has_labels = !request.labels.empty();
  if (auto own = family != nullptr ? index.own_series(request.name, has_labels) : std::nullopt) {
    return {.admitted = Admitted::Conflict, .obstacle = std::move(own)};
  }
  if (family != nullptr && has_current(index, *family, request.labels)) {
    return {.admitted = Admitted::Own, .is_known = true, .obstacle = {}};
  }
  if (family == nullptr) {
    if (auto obstacle = index.obstacle(request.name, request.definition->type, has_labels)) {
      return {.admitted = Admitted::Conflict, .obstacle = std::move(obstacle)};
    }
  }
  if (index.is_over_budget(family, request)) return preview_overflow(index, family, request);
  return {.admitted = Admitted::Own, .obstacle = {}};
}

AdmissionPreview preview_renamed(const SeriesIndex& index, const SeriesRequest& request) {
  SeriesRequest renamed = request;
  renamed.name = request.name_in_conflict;
  AdmissionPreview preview = preview_named(index, renamed);
  preview.is_renamed = preview.admitted != Admitted::Conflict;
  return preview;
}

}  // namespace

AdmissionPreview Store::preview(const SeriesRequest& request) const {
  return state_->index.with([&request](const SeriesIndex& index) {
    if (request.name_in_conflict.empty()) return preview_named(index, request);
    const Family* const renamed = index.find_family(request.name_in_conflict);
    if (renamed != nullptr && renamed->is_renamed) return preview_renamed(index, request);
    auto preview = preview_named(index, request);
    return preview.admitted == Admitted::Conflict ? preview_renamed(index, request) : preview;
  });
}

}  // namespace weir::metrics
