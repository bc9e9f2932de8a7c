// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "weir/base/arena.h"
#include "weir/base/clock.h"
#include "weir/base/spin_lock.h"
#include "weir/metrics/computed_gauge.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/distinct_count.h"
#include "weir/metrics/native_histogram.h"
#include "weir/metrics/summary.h"
#include "weir/metrics/window_gauge.h"
#include "weir/metrics/window_statistics.h"

namespace weir::metrics {

// Names a series of a store; 0 names none.
using SeriesHandle = std::uint32_t;

// Time in tenths of a second, as a series remembers when it was made and last touched. The store
// was made at `kTicksOfStart`, not at 0, so that a series may be older than the process, by as much
// as three years. Ten years of running are left.
using Ticks = std::uint32_t;
inline constexpr std::chrono::milliseconds kTick{100};
inline constexpr Ticks kTicksPerSecond = std::chrono::seconds(1) / kTick;
inline constexpr Ticks kTicksOfStart = Ticks{1} << 30;

// The life of a series, kept in the low two bits of its version. Every change of it changes the
// version, so a handle with a remembered version is good exactly while the two are equal.
enum class Life : std::uint32_t {
  Alive = 0,
  Dying = 1,  // expired; comes back to the same version when a sample arrives in time
  Dead = 2,   // unlinked; its memory waits until no scrape can look at it
};
inline constexpr std::uint32_t kLifeMask = 3;
inline constexpr std::uint32_t kNextVersion = 4;

// What all series have in common. It begins a block of an arena, in which the instrument follows
// and then the label body: what a page shows of a series lies in a row. Workers touch `version` and
// `touched` without a lock, the rest changes under the store's lock only.
struct SeriesHeader {
  std::atomic<std::uint32_t> version;
  std::atomic<Ticks> touched;
  // Ticks without a sample after which the series expires; 0 means never.
  std::atomic<Ticks> ttl;
  Ticks created;
  // Place of its label names (and so of the family and its definition) in the store.
  std::uint32_t label_names;
  // The second whose expiry bucket holds this series; 0 for none.
  std::uint32_t due_second;
  // Where in the block its label body is, in units of the arena.
  std::uint64_t labels_at : 19;
  std::uint64_t label_bytes : 21;
  std::uint64_t label_count : 19;
  // How many units of the block nothing uses.
  std::uint64_t spare_units : 3;
  // A gauge that is a TimestampedGaugeSeries.
  std::uint64_t has_timestamp : 1;

  // More than every name and label body that a command line allows, and a state file has.
  static constexpr std::size_t kLabelBytesMax = (std::size_t{1} << 21) - 1;
  static constexpr std::uint32_t kLabelCountMax = (1U << 19) - 1;

  [[nodiscard]] Life life() const {
    return static_cast<Life>(version.load(std::memory_order_acquire) & kLifeMask);
  }
  [[nodiscard]] std::string_view labels() const {
    return {reinterpret_cast<const char*>(this) + labels_at * base::Arena::kUnitBytes, label_bytes};
  }
  // All of the block.
  [[nodiscard]] std::size_t block_bytes() const {
    return (labels_at + spare_units) * base::Arena::kUnitBytes + base::Arena::rounded(label_bytes);
  }
};
static_assert(base::Arena::kUnitsPerChunkLog2 <= 19 && base::Arena::kSpareUnitsMax < 8);
static_assert(sizeof(SeriesHeader) == 32);

// How many threads add to the series of a store; any number may read them.
enum class Writers : std::uint8_t { One, Several };

// A series of one value, which most samples change by looking at one word.
struct ScalarSeries : SeriesHeader {
  // The integral part of a counter, the bits of a gauge's level.
  std::atomic<std::uint64_t> word;

  // Half of the range of a counter's integral part, and increments a sixteenth of it: no number of
  // workers that a machine has can wrap it between the look and the add.
  static constexpr std::uint64_t kIntegralMax = std::uint64_t{1} << 63;
  static constexpr double kIncrementMax = 1152921504606846976.0;  // 2^60

  // Adds `value` to a counter or sets a gauge to it, with no branch for which of them this is: they
  // come in any order. False, and nothing done, when it is a counter that does not stay integral.
  // Only for a value that is not negative, and for the only thread that changes this series.
  bool update_alone(bool is_counter, double value) {
    const std::uint64_t seen = word.load(std::memory_order_relaxed);
    const auto whole = static_cast<std::int64_t>(std::min(value, kIncrementMax));
    const bool is_integral =
        (static_cast<double>(whole) == value) & (value < kIncrementMax) & (seen < kIntegralMax);
    if (is_counter & !is_integral) return false;
    const std::uint64_t sum = seen + static_cast<std::uint64_t>(whole);
    word.store(is_counter ? sum : std::bit_cast<std::uint64_t>(value), std::memory_order_relaxed);
    return true;
  }
};

// Integral increments are counted apart, so that they stay exact where a double would not
// (behaviour value.counter); past half of the range they go to the fraction instead of wrapping
// (difference Q24).
struct CounterSeries : ScalarSeries {
  std::atomic<double> fraction;

  // `increment` is not negative; NaN and infinity are taken and stay. Any thread.
  void add(double increment);
  // The value is `total` from now on, which is not negative. A reader sees the old or the new one,
  // but for the first total after increments: it may miss these for a moment. Any thread.
  void set(double total);
  [[nodiscard]] double value() const;
};

struct GaugeSeries : ScalarSeries {
  // Any thread.
  void set(double value) {
    word.store(std::bit_cast<std::uint64_t>(value), std::memory_order_relaxed);
  }
  void add(double delta);
  [[nodiscard]] double value() const {
    return std::bit_cast<double>(word.load(std::memory_order_relaxed));
  }
};

// A gauge whose values may have the times at which they were measured
// (`Definition::has_timestamp`), in Unix seconds; 0 for none. Value and time are changed and read
// together. Any thread.
struct TimestampedGaugeSeries : GaugeSeries {
  base::SpinLock lock;
  std::uint32_t timestamp;

  struct Reading {
    double value = 0;
    std::uint32_t timestamp = 0;
  };

  void set_at(std::uint32_t time, double level);
  void add_at(std::uint32_t time, double delta);
  [[nodiscard]] Reading read();
};

static_assert(sizeof(TimestampedGaugeSeries) == sizeof(GaugeSeries) + sizeof(std::uint64_t));

// A gauge whose value is computed when it is read. What follows the struct depends on the
// definition's `gauge`, and lives until the block is freed.
struct ComputedGaugeSeries : SeriesHeader {
  // `kind` is a computed one.
  static std::size_t bytes(GaugeKind kind);

  [[nodiscard]] ComputedGauge& gauge() { return *reinterpret_cast<ComputedGauge*>(this + 1); }
  // Of GaugeKind::Distinct.
  [[nodiscard]] DistinctCount& distinct() { return *reinterpret_cast<DistinctCount*>(this + 1); }
  // Of kPublishedKinds. Its window is in the block of another series, its source: it goes when that
  // is unlinked, so that the main thread can read it while it is not dead itself.
  [[nodiscard]] WindowGauge& window_gauge() { return *reinterpret_cast<WindowGauge*>(this + 1); }
};

static_assert(sizeof(ComputedGaugeSeries) % alignof(WindowGauge) == 0);
static_assert(sizeof(ComputedGaugeSeries) % alignof(DistinctCount) == 0);

// Another series by its handle and the version that it must have to be used; 0 for none.
struct alignas(std::uint64_t) SeriesLink {
  SeriesHandle series = 0;
  std::uint32_t version = 0;
};
static_assert(std::atomic<SeriesLink>::is_always_lock_free);

// What comes last in the block of a summary or histogram that has gauges beside it: their window,
// its ring after it, and the gauges.
struct PublishedWindow {
  PublishedWindow(const Definition& definition, base::TimePoint created);

  WindowStatistics statistics;
  // In the order of `Definition::published`; 0 for one that there is no room for. Changes under the
  // store's lock.
  std::array<SeriesLink, kPublishedKinds.size()> gauges;

  // 0 without gauges.
  static std::size_t bytes(const Definition& definition) {
    if (definition.published.empty()) return 0;
    return sizeof(PublishedWindow) + definition.age_buckets * sizeof(Moments);
  }
};

// What follows the struct depends on the definition: with native buckets a NativeHistogram, which
// does everything; without them classic buckets, not cumulative, one more than there are bounds.
// Then, with gauges beside it, a PublishedWindow.
struct HistogramSeries : SeriesHeader {
  const Definition* definition;
  // Without native buckets.
  std::atomic<double> sum;
  // The summary that takes the same observations of those that want both.
  std::atomic<SeriesLink> companion;

  static std::size_t bytes(const Definition& definition) {
    return bytes_without_window(definition) + PublishedWindow::bytes(definition);
  }
  static std::size_t bytes_without_window(const Definition& definition) {
    if (definition.native) return sizeof(HistogramSeries) + sizeof(NativeHistogram);
    return sizeof(HistogramSeries) +
           (definition.bounds.size() + 1) * sizeof(std::atomic<std::uint64_t>);
  }
  // Null without native buckets.
  [[nodiscard]] NativeHistogram* native() {
    return definition->native ? reinterpret_cast<NativeHistogram*>(this + 1) : nullptr;
  }
  // Without native buckets.
  [[nodiscard]] std::span<std::atomic<std::uint64_t>> buckets() {
    return {reinterpret_cast<std::atomic<std::uint64_t>*>(this + 1), definition->bounds.size() + 1};
  }
  // With gauges beside it.
  [[nodiscard]] PublishedWindow& window() {
    return *reinterpret_cast<PublishedWindow*>(reinterpret_cast<char*>(this) +
                                               bytes_without_window(*definition));
  }
  // NaN counts in the last bucket only and makes the sum NaN (behaviour value.histogram-nan). Any
  // thread.
  void observe(double value, std::uint32_t weight);
};

static_assert(sizeof(HistogramSeries) % alignof(NativeHistogram) == 0);
static_assert(sizeof(NativeHistogram) % alignof(PublishedWindow) == 0);

// A Summary follows the struct; what it collects lives on the heap, for it changes its size all the
// time. Then, with gauges beside it, a PublishedWindow.
struct SummarySeries : SeriesHeader {
  static std::size_t bytes(const Definition& definition) {
    return sizeof(SummarySeries) + sizeof(Summary) + PublishedWindow::bytes(definition);
  }
  [[nodiscard]] Summary& summary() { return *reinterpret_cast<Summary*>(this + 1); }
  // With gauges beside it.
  [[nodiscard]] PublishedWindow& window() {
    return *reinterpret_cast<PublishedWindow*>(&summary() + 1);
  }
};

static_assert(sizeof(SummarySeries) % alignof(Summary) == 0);
static_assert(sizeof(Summary) % alignof(PublishedWindow) == 0);
static_assert(alignof(PublishedWindow) <= base::Arena::kUnitBytes);
static_assert(sizeof(PublishedWindow) % alignof(Moments) == 0);

}  // namespace weir::metrics
