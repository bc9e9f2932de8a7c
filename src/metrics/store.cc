// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/store.h"

#include <algorithm>
#include <limits>

#include "metrics/store_state.h"

namespace weir::metrics {

namespace {

constexpr std::string_view kOverflowNames = kOverflowLabelName;

// Under the store's lock: whatever stood between is settled, so the series is as good as new.
Admission admission(StoreState& state, SeriesHandle series, Admitted admitted) {
  SeriesHeader* header = state.at(series);
  auto version = header->version.load(std::memory_order_relaxed);
  if ((version & kLifeMask) == static_cast<std::uint32_t>(Life::Dying)) {
    version &= ~kLifeMask;
    header->version.store(version, std::memory_order_release);
  }
  return {admitted, series, version, header};
}

void change_ttl(StoreState& state, SeriesHandle series, Ticks ttl) {
  SeriesHeader* header = state.at(series);
  if (header->ttl.load(std::memory_order_relaxed) == ttl) return;
  header->ttl.store(ttl, std::memory_order_relaxed);
  state.schedule(series);
}

Admission admit_overflow(StoreState& state, Family* family, const SeriesRequest& request,
                         base::TimePoint now, Ticks ticks) {
  // A sum of gauges means nothing, and a family of its own would be one more of what is used up.
  if (family == nullptr || family->type == Type::Gauge || request.is_total) return {};
  if (family->overflow == 0) {
    SeriesRequest overflow = request;
    overflow.labels = kOverflowLabels;
    overflow.label_names = kOverflowNames;
    const SeriesHandle known = state.find_current(*family, kOverflowLabels);
    family->overflow = known != 0 ? known : state.make_series(*family, overflow, now, ticks);
  }
  return admission(state, family->overflow, Admitted::Overflow);
}

// Whether a rule can have changed the type, since the same samples make the one and the other: that
// of a gauge that is set is the samples' own.
bool is_changeable(const Family& family, const SeriesRequest& request) {
  const Type wanted = request.definition->type;
  if (is_observed(family.type)) return is_observed(wanted);
  return (family.type == Type::Counter || family.is_up_down) &&
         (wanted == Type::Counter || request.is_up_down);
}

// The family of a request, brought up to date with what a reload changed; null when there is none,
// or none any more.
Family* current_family(StoreState& state, const SeriesRequest& request) {
  Family* family = state.find_family(request.name);
  if (family == nullptr) return nullptr;
  if (family->type == request.definition->type) {
    state.refresh(*family, request);
    return family;
  }
  if (!is_changeable(*family, request) || !request.source.replaces(family->source)) return family;
  state.replace_family(*family);
  return nullptr;
}

// By the request's name alone.
Admission admit_named(StoreState& state, const SeriesRequest& request, base::TimePoint now,
                      Ticks ticks) {
  Family* family = current_family(state, request);
  if (family != nullptr && family->type != request.definition->type) {
    return {.admitted = Admitted::Conflict};
  }
  if (family != nullptr) {
    const SeriesHandle known = state.find_current(*family, request.labels);
    if (known != 0) {
      change_ttl(state, known, ttl_ticks(request.ttl));
      return admission(state, known, Admitted::Own);
    }
    if (family->is_dead) family = nullptr;
  }
  if (family == nullptr && state.obstacle(request.name, request.definition->type)) {
    return {.admitted = Admitted::Conflict};
  }
  if (state.is_over_budget(family, request)) {
    return admit_overflow(state, family, request, now, ticks);
  }
  if (family == nullptr) family = &state.make_family(request);
  return admission(state, state.make_series(*family, request, now, ticks), Admitted::Own);
}

Admission admit_renamed(StoreState& state, const SeriesRequest& request, base::TimePoint now,
                        Ticks ticks) {
  SeriesRequest renamed = request;
  renamed.name = request.name_in_conflict;
  Admission admission = admit_named(state, renamed, now, ticks);
  admission.is_renamed = admission.admitted != Admitted::Conflict;
  if (admission.series != 0) state.find_family(renamed.name)->is_renamed = true;
  return admission;
}

}  // namespace

Ticks ttl_ticks(std::chrono::nanoseconds ttl) {
  if (ttl.count() == 0) return 0;
  if (ttl.count() < 0) return 1;
  const auto ticks = (ttl + kTick - std::chrono::nanoseconds(1)) / kTick;
  return static_cast<Ticks>(std::min<std::int64_t>(ticks, std::numeric_limits<Ticks>::max()));
}

Store::Store(Budgets budgets, std::vector<std::string> reserved, std::uint64_t seed,
             base::TimePoint created)
    : created_(created),
      state_(std::make_unique<StoreState>(budgets, std::move(reserved), seed)),
      series_(state_->arena) {}

Store::~Store() = default;

void Store::add_gate(const BatchGate& gate) { state_->gates.push_back(&gate); }

Admission Store::admit(const SeriesRequest& request, base::TimePoint now) {
  const std::scoped_lock lock(state_->mutex);
  if (request.name_in_conflict.empty()) {
    return admit_named(*state_, request, now, ticks(now));
  }
  // What was renamed once stays so while it lives, even when the name it wanted is free by now.
  const Family* const renamed = state_->find_family(request.name_in_conflict);
  if (renamed != nullptr && renamed->is_renamed) {
    return admit_renamed(*state_, request, now, ticks(now));
  }
  const Admission admission = admit_named(*state_, request, now, ticks(now));
  if (admission.admitted != Admitted::Conflict) return admission;
  return admit_renamed(*state_, request, now, ticks(now));
}

std::optional<Obstacle> Store::obstacle(std::string_view name, Type type) const {
  const std::scoped_lock lock(state_->mutex);
  const Family* const family = state_->find_family(name);
  if (family == nullptr) return state_->obstacle(name, type);
  if (family->type == type) return std::nullopt;
  return Obstacle{family->name, family->type};
}

void Store::set_ttl(SeriesHandle series, std::chrono::nanoseconds ttl) {
  const std::scoped_lock lock(state_->mutex);
  change_ttl(*state_, series, ttl_ticks(ttl));
}

StoreCounts Store::counts() const {
  const std::scoped_lock lock(state_->mutex);
  StoreCounts counts = state_->counts;
  counts.bytes = state_->bytes();
  return counts;
}

}  // namespace weir::metrics
