// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "weir/base/arena.h"
#include "weir/base/clock.h"
#include "weir/base/hash.h"
#include "weir/base/memory.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/series.h"
#include "weir/metrics/worker_epoch.h"

namespace weir::metrics {

// The label of a family's overflow series, which takes what comes after a budget is used up.
inline constexpr std::string_view kOverflowLabelName = "weir_overflow";
inline constexpr std::string_view kOverflowLabels = R"(weir_overflow="true")";

// How much a store may hold. Past a budget counters and observations go to the family's overflow
// series; gauges are refused.
struct Budgets {
  std::size_t series_max = 2'000'000;
  std::size_t series_per_family_max = 1'000'000;
  // Series, label bodies and what summaries and native histograms hold are not all of a daemon's
  // memory, but what senders can make grow.
  std::size_t bytes_max = std::size_t{4} << 30;
  // Each summary and native histogram counts with all that it may come to hold, not with what most
  // of them hold: where memory beyond the budget is not there.
  bool counts_full_size = false;
};

// What the samples of summaries and histograms have in addition to the name of their family, and
// what no other family can so be called beside them.
enum class SampleSuffixes : std::uint8_t {
  Prometheus,   // `_sum`, `_count`, and for histograms `_bucket`
  OpenMetrics,  // these and `_created`
};

// Where a definition and a help text come from: a rule, or the defaults. After a reload that
// changed them the next request replaces a live summary or histogram that came from the same place,
// or from a rule that is gone (difference Q15).
struct DefinitionSource {
  // Names the rule across reloads.
  std::uint64_t origin = 0;
  // The load in which the rule last changed its definition or help.
  std::uint32_t generation = 0;
  // The origins of all rules in use; null means all.
  const std::unordered_set<std::uint64_t>* origins = nullptr;

  // True when a definition that came from `older` has to give way to one that comes from here.
  [[nodiscard]] bool replaces(const DefinitionSource& older) const {
    return generation > older.generation &&
           (origin == older.origin || (origins != nullptr && !origins->contains(older.origin)));
  }
};

// What a sample asks for. Everything is borrowed for the call.
struct SeriesRequest {
  std::string_view name;
  // Sorted by name and escaped, without braces; names as `append_label_name` writes them.
  std::string_view labels;
  // The label names in the same order and form, joined by commas: series of one family are
  // comparable when equal.
  std::string_view label_names;
  std::string_view help;
  const Definition* definition = nullptr;
  std::chrono::nanoseconds ttl{0};
  DefinitionSource source;
  // A gauge that a rule makes of counters.
  bool is_up_down = false;
  // A counter that is set to totals: those of several series have no sum, so none overflows.
  bool is_total = false;
  // A family that has so many series gets no more by this request, whatever the budgets.
  std::uint32_t family_series_max = std::numeric_limits<std::uint32_t>::max();
  // The summary or histogram whose window a gauge reads.
  SeriesLink window_of = {};
  // What to be called where `name` is a conflict; "" when that is the answer. A family that got
  // this name so keeps it as long as it has a series.
  std::string_view name_in_conflict = {};
  // The base unit of its values, `seconds`; "" when it is not known. That of the first request for
  // a family holds, as its help does.
  std::string_view unit = {};
};

// How a request was answered.
enum class Admitted : std::uint8_t {
  Own,       // the series asked for
  Overflow,  // the family's overflow series: a budget is used up
  Conflict,  // the name is taken by another type, another kind of gauge, another family's samples
             // or a metric of weir's own
  Refused,   // a budget is used up and no overflow series can stand in
};

struct Admission {
  Admitted admitted = Admitted::Refused;
  SeriesHandle series = 0;
  // The version to compare with before each use of `series`.
  std::uint32_t version = 0;
  SeriesHeader* header = nullptr;
  // What the series was made with: that of the request, or of one before it. Lives as long as the
  // store.
  const Definition* definition = nullptr;
  // The request's other name was used.
  bool is_renamed = false;
};

// What has a name on the page that a request asks for, or that the series of a new family would
// have, too.
struct Obstacle {
  std::string name;
  // None for a metric of the daemon's own.
  std::optional<Type> type;
  GaugeKind gauge = GaugeKind::Level;
};

// What `Store::admit` would answer.
struct AdmissionPreview {
  Admitted admitted = Admitted::Refused;
  // The series asked for is there already.
  bool is_known = false;
  bool is_renamed = false;
  // What has the name, of a conflict.
  std::optional<Obstacle> obstacle;
};

// The label of a family that has the most values in those of its series that were looked at.
struct LabelSpread {
  std::string label;
  std::size_t values = 0;
  std::size_t series = 0;
};

// How much there is.
struct StoreCounts {
  // Label-name sets by type, those without series too as far as they are remembered: the reference
  // never forgets one (behaviour ttl.metrics-total).
  std::array<std::uint64_t, kTypeCount> label_names{};
  std::uint64_t series = 0;
  std::uint64_t summaries = 0;
  std::uint64_t families = 0;
  std::uint64_t series_expired = 0;
  // Families and label-name sets made again because a reload changed their definition.
  std::uint64_t replaced = 0;
  // What the series that are there take, and what the system keeps for them and for others that
  // will take the place of those that are gone: the larger one is held against its budget.
  std::uint64_t bytes = 0;
  std::uint64_t bytes_held = 0;
};

struct StoreState;

// All series, by handle, and all families, by name. Workers ask for series (a miss, under a lock)
// and then touch them without one; the main thread sweeps and scrapes. Only the main thread
// frees.
class Store {
 public:
  // `reserved` are names of the daemon's own metrics, which no series may take (difference Q6) but
  // gauges with labels where the name is one that every process has, `process_...`. `seed` is for
  // hashes. `created` is now.
  Store(Budgets budgets, std::vector<std::string> reserved, std::uint64_t seed,
        base::Instant created, SampleSuffixes suffixes = SampleSuffixes::Prometheus);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Registers a worker; before its first batch, and for the life of the store.
  void add_worker(const WorkerEpoch& epoch);

  // The series for a request, made where it does not exist yet; a dying one comes back to life. A
  // gauge whose `window_of` is gone meanwhile is neither made nor refused. Any thread.
  Admission admit(const SeriesRequest& request, base::TimePoint now);

  // Why a request for this name and definition, and for a series with labels or without, would be a
  // conflict; none when it would not. For messages, since it may change at any time. Any thread.
  [[nodiscard]] std::optional<Obstacle> obstacle(std::string_view name, const Definition& wanted,
                                                 bool has_labels = false) const;

  // What `admit` would answer to the same request now, without changing anything. For messages,
  // since it may change at any time. Any thread.
  [[nodiscard]] AdmissionPreview preview(const SeriesRequest& request) const;

  // Looks at some hundred series of a family; none where no series has a label. Takes as long under
  // the lock as some hundred new series: for log lines, at most one in a while. Any thread.
  [[nodiscard]] std::optional<LabelSpread> widest_label(std::string_view family) const;

  // How many series a family has; none where there is no such family. Any thread.
  [[nodiscard]] std::optional<std::uint64_t> series_of(std::string_view family) const;

  // Changes the TTL of a series whose rule has changed. Any thread, inside a batch.
  void set_ttl(SeriesHandle series, std::chrono::nanoseconds ttl);

  // Looks at the series that may be due and starts to expire those that are. Main thread, once a
  // second.
  void mark_expired(base::TimePoint now);
  // Unlinks what `mark_expired` has marked, unless a sample arrived since. Returns false when a
  // worker is still in the batch it was in then: call again a moment later. Main thread.
  bool finish_expiry(base::TimePoint now);

  // Moves each time a name or a budget becomes free: what was refused may be asked for again.
  [[nodiscard]] std::uint32_t release_epoch() const {
    return release_epoch_.load(std::memory_order_acquire);
  }

  // The hash of a value of a set: the same for every worker.
  [[nodiscard]] std::uint64_t hash_of(std::string_view value) const {
    return base::hash_bytes(value, seed_);
  }

  [[nodiscard]] SeriesHeader* at(SeriesHandle series) const {
    return reinterpret_cast<SeriesHeader*>(series_.at(series));
  }
  // Begins to load a series that will be touched soon. `series` may be 0.
  void prefetch(SeriesHandle series) const {
    if (series == 0) return;
    // To the last byte of a counter, and no further: the next line may be another worker's.
    const char* const block = series_.at(series);
    base::prefetch_far(block);
    base::prefetch_far(block + sizeof(CounterSeries) - 1);
  }
  [[nodiscard]] Ticks ticks(base::TimePoint now) const {
    return kTicksOfStart + static_cast<Ticks>((now - created_.monotonic) / kTick);
  }
  // The Unix time of a tick: what outlives the process.
  [[nodiscard]] base::UnixTime unix_time(Ticks ticks) const {
    return created_.unix_time + (std::int64_t{ticks} - kTicksOfStart) * kTick;
  }
  [[nodiscard]] StoreCounts counts() const;

 private:
  friend class Scrape;
  friend class SeriesWalk;
  friend class Restorer;

  const base::Instant created_;
  const std::uint64_t seed_;
  std::atomic<std::uint32_t> release_epoch_{0};
  std::unique_ptr<StoreState> state_;
  const base::Arena& series_;
};

// A TTL in ticks, rounded up, so that nothing expires early; 0 stays 0, a negative one is the
// shortest.
[[nodiscard]] Ticks ttl_ticks(std::chrono::nanoseconds ttl);

}  // namespace weir::metrics
