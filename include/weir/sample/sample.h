// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

namespace weir::sample {

// The type field of a sample, as sent. Timer, histogram and distribution are all observed.
enum class SampleKind : std::uint8_t { Counter, Gauge, Timer, Histogram, Distribution, Set };

// What a mapping rule can ask for with `match_metric_type`.
enum class EventKind : std::uint8_t { Counter, Gauge, Observer, Set };
inline constexpr std::size_t kEventKindCount = 4;

// No branch: kinds come in any order.
constexpr bool is_observed(SampleKind kind) {
  constexpr auto kFirst = static_cast<unsigned>(SampleKind::Timer);
  constexpr auto kLast = static_cast<unsigned>(SampleKind::Distribution);
  return static_cast<unsigned>(kind) - kFirst <= kLast - kFirst;
}

constexpr EventKind event_kind(SampleKind kind) {
  if (is_observed(kind)) return EventKind::Observer;
  if (kind == SampleKind::Set) return EventKind::Set;
  return kind == SampleKind::Counter ? EventKind::Counter : EventKind::Gauge;
}

// The `#...` and `c:...` fields of a sample in the order sent, each with its leading marker. They
// are the only fields that take part in the identity of a series. A sample that came as a point of
// InfluxDB has one that begins with a comma, its tags (influx/tags.h), one of Wavefront a tag list
// (tag_list.h); both may hold any byte.
class IdentityFields {
 public:
  // More such fields on one line are malformed; the reference takes four at most.
  static constexpr std::size_t kMax = 8;

  [[nodiscard]] bool add(std::string_view field) {
    if (size_ == kMax) return false;
    std::construct_at(&places_.fields[size_++], field);
    return true;
  }
  [[nodiscard]] std::span<const std::string_view> all() const {
    return {places_.fields.data(), size_};
  }

 private:
  // Leaves the unused places unset: clearing them for every sample costs more than reading its
  // number.
  union Places {
    Places() {}
    std::array<std::string_view, kMax> fields;
  };

  Places places_;
  std::uint8_t size_ = 0;
};

// One measurement. Borrows from the line; copy before the buffer is reused.
struct Sample {
  std::string_view name;  // as sent, name tags included
  IdentityFields fields;
  SampleKind kind = SampleKind::Counter;
  // Gauges only: the text began with a sign, so the value is added instead of set, where no rule
  // says otherwise (`relative_gauges`).
  bool is_relative = false;
  // Counters only: the value is what the counter stands at, not what it has grown by. The same for
  // all samples of one identity.
  bool is_total = false;
  // Observers only: how many observations this one is, 1 at least.
  std::uint32_t weight = 1;
  // When the value was measured, in Unix seconds, as DogStatsD's `|T` says; 0 without one, and
  // kNoTime where that is no time. Only of a parser that was asked to read it.
  std::uint32_t timestamp = 0;
  static constexpr std::uint32_t kNoTime = std::numeric_limits<std::uint32_t>::max();
  // Counter increment after sampling, gauge value, or observation. Timers are still in
  // milliseconds.
  double value = 0;
  // The value before sampling: the total, of a counter that is sent as one.
  double unsampled = 0;
  // Sets only, which have no other value: the text that was sent. Only of a parser that was asked
  // to read them.
  std::string_view member = {};
};

}  // namespace weir::sample
