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
  return (family.type == Type::Counter || family.is_up_and_down) &&
         (wanted == Type::Counter || request.is_up_and_down);
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
  Family* family = current_family(*state_, request);
  if (family != nullptr && family->type != request.definition->type) {
    return {.admitted = Admitted::Conflict};
  }
  if (family != nullptr) {
    const SeriesHandle known = state_->find_current(*family, request.labels);
    if (known != 0) {
      change_ttl(*state_, known, ttl_ticks(request.ttl));
      return admission(*state_, known, Admitted::Own);
    }
    if (family->is_dead) family = nullptr;
  }
  if (family == nullptr && state_->obstacle(request.name, request.definition->type)) {
    return {.admitted = Admitted::Conflict};
  }
  if (state_->is_over_budget(family, request)) {
    return admit_overflow(*state_, family, request, now, ticks(now));
  }
  if (family == nullptr) family = &state_->make_family(request);
  return admission(*state_, state_->make_series(*family, request, now, ticks(now)), Admitted::Own);
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
