// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/store.h"

#include <algorithm>
#include <limits>

#include "metrics/request_rules.h"
#include "metrics/store_state.h"

namespace weir::metrics {

namespace {

constexpr std::string_view kOverflowNames = kOverflowLabelName;

// Under the store's lock. A dying series comes back to life.
Admission admission(SeriesIndex& index, SeriesHandle series, Admitted admitted) {
  SeriesHeader* header = index.memory.at(series);
  auto version = header->version.load(std::memory_order_relaxed);
  if ((version & kLifeMask) == static_cast<std::uint32_t>(Life::Dying)) {
    version &= ~kLifeMask;
    header->version.store(version, std::memory_order_release);
  }
  return {admitted, series, version, header, &index.definition_of(index.label_names_of(*header))};
}

void change_ttl(SeriesIndex& index, SeriesHandle series, Ticks ttl) {
  SeriesHeader* header = index.memory.at(series);
  if (header->ttl.load(std::memory_order_relaxed) == ttl) return;
  header->ttl.store(ttl, std::memory_order_relaxed);
  index.schedule(series);
}

Admission admit_overflow(SeriesIndex& index, Family* family, const SeriesRequest& request,
                         base::TimePoint now, Ticks ticks) {
  if (!may_overflow(family, request)) return {};
  if (family->overflow == 0) {
    SeriesRequest overflow = request;
    overflow.labels = kOverflowLabels;
    overflow.label_names = kOverflowNames;
    const SeriesHandle known = index.find_current(*family, kOverflowLabels);
    if (known == 0 && !index.has_room_for_overflow(overflow)) return {};
    family->overflow = known != 0 ? known : index.make_series(*family, overflow, now, ticks);
  }
  return admission(index, family->overflow, Admitted::Overflow);
}

// The family of a request, brought up to date with what a reload changed; null when there is none,
// or none any more.
Family* current_family(SeriesIndex& index, const SeriesRequest& request) {
  Family* family = index.find_family(request.name);
  if (family == nullptr) return nullptr;
  if (family->takes(*request.definition)) {
    index.refresh(*family, request);
    return family;
  }
  if (!gives_way(index, *family, request)) return family;
  index.replace_family(*family);
  return nullptr;
}

// By the request's name alone.
Admission admit_named(SeriesIndex& index, const SeriesRequest& request, base::TimePoint now,
                      Ticks ticks) {
  Family* family = current_family(index, request);
  if (family != nullptr && !family->takes(*request.definition)) {
    return {.admitted = Admitted::Conflict};
  }
  const bool has_labels = !request.labels.empty();
  if (family != nullptr && index.own_series(request.name, has_labels)) {
    return {.admitted = Admitted::Conflict};
  }
  if (family != nullptr) {
    family->listed.prefetch();
    const SeriesHandle known = index.find_current(*family, request.labels);
    if (known != 0) {
      change_ttl(index, known, ttl_ticks(request.ttl));
      return admission(index, known, Admitted::Own);
    }
    if (family->is_dead) family = nullptr;
  }
  if (family == nullptr && index.obstacle(request.name, request.definition->type, has_labels)) {
    return {.admitted = Admitted::Conflict};
  }
  if (index.is_over_budget(family, request)) {
    return admit_overflow(index, family, request, now, ticks);
  }
  if (family == nullptr) family = &index.make_family(request);
  return admission(index, index.make_series(*family, request, now, ticks), Admitted::Own);
}

Admission admit_renamed(SeriesIndex& index, const SeriesRequest& request, base::TimePoint now,
                        Ticks ticks) {
  SeriesRequest renamed = request;
  renamed.name = request.name_in_conflict;
  Admission admission = admit_named(index, renamed, now, ticks);
  admission.is_renamed = admission.admitted != Admitted::Conflict;
  if (admission.series != 0) index.find_family(renamed.name)->is_renamed = true;
  return admission;
}

Admission admit_or_rename(SeriesIndex& index, const SeriesRequest& request, base::TimePoint now,
                          Ticks ticks) {
  if (request.name_in_conflict.empty()) return admit_named(index, request, now, ticks);
  // What was renamed once stays so while it lives, even when the name it wanted is free by now.
  const Family* const renamed = index.find_family(request.name_in_conflict);
  if (renamed != nullptr && renamed->is_renamed) return admit_renamed(index, request, now, ticks);
  const Admission admission = admit_named(index, request, now, ticks);
  if (admission.admitted != Admitted::Conflict) return admission;
  return admit_renamed(index, request, now, ticks);
}

}  // namespace

Ticks ttl_ticks(std::chrono::nanoseconds ttl) {
  if (ttl.count() == 0) return 0;
  if (ttl.count() < 0) return 1;
  const auto ticks = (ttl + kTick - std::chrono::nanoseconds(1)) / kTick;
  return static_cast<Ticks>(std::min<std::int64_t>(ticks, std::numeric_limits<Ticks>::max()));
}

Store::Store(Budgets budgets, std::vector<std::string> reserved, std::uint64_t seed,
             base::Instant created, SampleSuffixes suffixes)
    : created_(created),
      seed_(seed),
      state_(std::make_unique<StoreState>(budgets, std::move(reserved), seed)),
      series_(state_->memory.arena) {
  state_->index.with([suffixes](SeriesIndex& index) { index.suffixes = suffixes; });
}

Store::~Store() = default;

void Store::add_worker(const WorkerEpoch& epoch) { state_->reclaimer.workers.push_back(&epoch); }

Admission Store::admit(const SeriesRequest& request, base::TimePoint now) {
  return state_->index.with([&](SeriesIndex& index) {
    const bool has_source = request.window_of.series != 0;
    if (has_source && !index.is_current(request.window_of)) {
      return Admission{.admitted = Admitted::Own};
    }
    const Admission admission = admit_or_rename(index, request, now, ticks(now));
    if (has_source && admission.series != 0) index.publish(request.window_of, admission);
    return admission;
  });
}

std::optional<Obstacle> Store::obstacle(std::string_view name, const Definition& wanted,
                                        bool has_labels) const {
  return state_->index.with([&](const SeriesIndex& index) -> std::optional<Obstacle> {
    const Family* const family = index.find_family(name);
    if (family == nullptr) return index.obstacle(name, wanted.type, has_labels);
    if (family->takes(wanted)) return index.own_series(name, has_labels);
    return Obstacle{std::string(family->name()), family->type, family->gauge};
  });
}

void Store::set_ttl(SeriesHandle series, std::chrono::nanoseconds ttl) {
  state_->index.with([&](SeriesIndex& index) { change_ttl(index, series, ttl_ticks(ttl)); });
}

std::optional<std::uint64_t> Store::series_of(std::string_view family) const {
  return state_->index.with([&](const SeriesIndex& index) -> std::optional<std::uint64_t> {
    const Family* const found = index.find_family(family);
    if (found == nullptr) return std::nullopt;
    return found->series;
  });
}

StoreCounts Store::counts() const {
  return state_->index.with([](const SeriesIndex& index) {
    StoreCounts counts = index.counts;
    counts.bytes = index.bytes();
    counts.bytes_held = index.bytes_held();
    return counts;
  });
}

}  // namespace weir::metrics
