// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/family.h"
#include "metrics/former_label_names.h"
#include "metrics/handle_table.h"
#include "metrics/label_name_texts.h"
#include "metrics/set_aside.h"
#include "metrics/source_list.h"
#include "weir/base/arena.h"
#include "weir/base/hash.h"
#include "weir/base/memory.h"
#include "weir/metrics/heap_charge.h"
#include "weir/metrics/store.h"

namespace weir::metrics {

// The series of one family that share their label names, and so their definition. Place 0 is none.
struct LabelNames {
  FamilyHandle family = 0;
  LabelNameTexts::Number names = 0;
  // Orders two by which was first seen earlier, also before it lost its last series and came back.
  std::uint32_t number = 0;
  // Series that are linked, and series whose blocks are not free yet.
  std::uint32_t series = 0;
  std::uint32_t blocks : 31 = 0;
  // Out of the index: without series, or replaced.
  std::uint32_t is_dead : 1 = 0;
  // Place in the index's list.
  std::uint32_t definition = 0;
  SourceList::Number source = 0;
};
static_assert(sizeof(LabelNames) == 28);

// Where series live, with their label bodies. Written under the lock of the index; who has a handle
// that is good reads without it.
struct SeriesMemory {
  [[nodiscard]] SeriesHeader* at(SeriesHandle series) const {
    return reinterpret_cast<SeriesHeader*>(arena.at(series));
  }
  // Begins to load the first `bytes` of a block.
  void prefetch(SeriesHandle series, std::size_t bytes) const {
    const char* const block = arena.at(series);
    const char* const end = block + bytes;
    const auto before = reinterpret_cast<std::uintptr_t>(block) % base::kCacheLineBytes;
    for (const char* at = block - before; at < end; at += base::kCacheLineBytes) {
      base::prefetch_far(at);
    }
  }
  [[nodiscard]] Family& family(FamilyHandle family) const {
    return *reinterpret_cast<Family*>(families.at(family));
  }

  base::Arena arena;
  base::Arena families;
  // The label names of families.
  base::StringArena strings;
  // What series hold outside the arenas: native histograms and sets, which keep it up to date.
  HeapBudget heap;
};

// All series and families by what they are called, and what is to become of them: all that the lock
// of a store guards. Reached through `base::Guarded` only.
struct SeriesIndex {
  SeriesIndex(SeriesMemory& memory_of, Budgets limits, std::vector<std::string> names,
              std::uint64_t hash_seed)
      : memory(memory_of),
        budgets(limits),
        seed(hash_seed),
        reserved(names.begin(), names.end()),
        label_name_texts(memory_of.strings, hash_seed),
        former_label_names(limits.bytes_max / kFormerLabelNamesShare) {
    limit_heap();
  }
  SeriesIndex(const SeriesIndex&) = delete;
  SeriesIndex& operator=(const SeriesIndex&) = delete;

  [[nodiscard]] const LabelNames& label_names_of(const SeriesHeader& header) const {
    return label_names[header.label_names];
  }
  [[nodiscard]] Family& family_of(const LabelNames& names) const {
    return memory.family(names.family);
  }
  [[nodiscard]] const Definition& definition_of(const LabelNames& names) const {
    return *definitions[names.definition];
  }

  [[nodiscard]] Family* find_family(std::string_view name) const;
  // What a new family would share an exposition name with (behaviour type.*, differences Q6 and
  // Q25). `has_labels`: of the series that asks for it.
  [[nodiscard]] std::optional<Obstacle> obstacle(std::string_view name, Type type,
                                                 bool has_labels) const;
  // The daemon's own metric of this name, if there is one.
  [[nodiscard]] std::optional<Obstacle> own_metric(std::string_view name) const;
  // The daemon's own metric that has such a name and the same labels, none.
  [[nodiscard]] std::optional<Obstacle> own_series(std::string_view name, bool has_labels) const;
  Family& make_family(const SeriesRequest& request);
  [[nodiscard]] SeriesHandle find_series(const Family& family, std::string_view labels) const;
  // 0 when there is no memory.
  SeriesHandle make_series(Family& family, const SeriesRequest& request, base::TimePoint now,
                           Ticks ticks);
  // Whether the family has series with these label names.
  [[nodiscard]] bool has_label_names(const Family& family, std::string_view names) const;
  // Orders the label names of a restored series as another process did. Those that come later are
  // after them.
  void number_label_names(const SeriesHeader& header, std::uint32_t number);
  // Takes a family back that was made for a series which there is no room for.
  void forget_if_empty(Family& family);
  // Of its type and help.
  void set_source(Family& family, const DefinitionSource& source);
  // Gives the block of a family back that is in no list any more.
  void free_family(FamilyHandle handle);
  // False when what `link` was made for is out of the index.
  [[nodiscard]] bool is_linked(const SeriesLink& link) const;
  // The same, and not replaced: it takes samples.
  [[nodiscard]] bool is_current(const SeriesLink& link) const;
  // Lets a gauge read the window of `source`, which is current and has a place for it.
  void publish(const SeriesLink& source, const Admission& gauge);
  // Takes a series out of every index, and its family and label names with the last of it, and the
  // gauges that read its window too. The lists of the family and the block stay for the main
  // thread.
  void unlink(SeriesHandle series);
  // Takes a name out of the index so that another definition can have it; its series follow with
  // the next sweep.
  void replace_family(Family& family);
  // Gives a known family the help text, and the label names of the request the definition, that a
  // reload changed (difference Q15).
  void refresh(Family& family, const SeriesRequest& request);
  // The series, or 0. One of replaced label names is taken away; its family may go with it.
  [[nodiscard]] SeriesHandle find_current(const Family& family, std::string_view labels);
  // Gives the block of an unlinked series back.
  void free_series(SeriesHandle series);
  // Sees to it that a series is looked at in the second in which it may be due, or before.
  void schedule(SeriesHandle series);
  // What the series that are there take: memory_use.cc.
  [[nodiscard]] std::size_t bytes() const;
  // What the system keeps for them: this with tables, lists and what was given back, which a series
  // of the same kind uses again.
  [[nodiscard]] std::size_t bytes_held() const;
  // Leaves to the heap of series what of the budget nothing else takes.
  void limit_heap();
  [[nodiscard]] bool is_over_budget(const Family* family, const SeriesRequest& request) const;
  // Overflow series come on top of a budget: one for each family, up to a part of it.
  [[nodiscard]] bool has_room_for_overflow(const SeriesRequest& request) const;

  // How small a part of the memory what is gone may take from what is there.
  static constexpr std::size_t kFormerLabelNamesShare = 64;
  // How small a part of the memory overflow series may take in addition to it, or so many bytes.
  static constexpr std::size_t kOverflowShare = 8;
  static constexpr std::size_t kOverflowBytesMin = std::size_t{1} << 20;

  SeriesMemory& memory;
  const Budgets budgets;
  const std::uint64_t seed;
  const std::set<std::string, std::less<>> reserved;
  SampleSuffixes suffixes = SampleSuffixes::Prometheus;

  HandleTable families;
  FamilyList fresh_families;
  // Changed by the main thread alone.
  SetAside<Family, SeriesList> series_set_aside;
  // Grows without copying: many are as large as all series.
  std::deque<LabelNames> label_names{1};
  std::vector<std::uint32_t> free_label_names;
  LabelNameTexts label_name_texts;
  FormerLabelNames former_label_names;
  std::uint32_t next_label_names_number = 0;
  // But for those that families had first.
  HandleTable label_names_index;
  HandleTable series_by_labels;
  // Few: as many as rules and defaults ever gave. Kept for good, since series point at them.
  std::vector<std::unique_ptr<const Definition>> definitions;
  // As few, and for good too.
  std::set<FamilyTexts, FamilyTextsLess> texts;
  SourceList sources;
  std::map<std::uint32_t, std::vector<SeriesHandle>> due;
  // What was replaced, for the next sweep to take away: series that are unlinked already, gauges
  // that went with their source too, and families and label names whose series are not.
  std::vector<SeriesHandle> replaced_series;
  std::vector<Family*> replaced_families;
  std::vector<std::uint32_t> replaced_label_names;
  StoreCounts counts;
  // Families that have, or had, more than one series.
  std::size_t families_with_lists = 0;
  // What `growing_bytes` says of all series.
  std::size_t series_growing_bytes = 0;

 private:
  // A table that grows by no more than this does not ask whether it may.
  static constexpr std::size_t kGrowthIgnored = 65'536;

  // What a series of this definition is taken to have outside the arenas, now or later.
  [[nodiscard]] std::size_t growing_bytes(const Definition& definition) const;
  [[nodiscard]] std::size_t bytes_outside_arenas() const;
  [[nodiscard]] base::Arena::Reuse reuse() const;
  // A block with header and labels, but for what `make_series` knows; 0 when there is no memory.
  SeriesHandle allocate_series(const Definition& definition, std::string_view labels);
  [[nodiscard]] std::size_t series_in_lists() const;
  // Without the one that is none: an empty store takes nothing.
  [[nodiscard]] std::size_t label_name_places() const { return label_names.size() - 1; }
  [[nodiscard]] bool has_bytes_for(const SeriesRequest& request, bool is_new_family,
                                   std::size_t bytes_max) const;
  // What an observer's samples may have in addition to its name.
  [[nodiscard]] std::span<const std::string_view> observer_suffixes() const;
  const FamilyTexts* intern(std::string_view help, std::string_view unit);
  // The place of an equal one.
  std::uint32_t intern(const Definition& definition);
  [[nodiscard]] std::uint32_t series_hash(const Family& family, std::string_view labels) const;
  [[nodiscard]] std::uint32_t label_names_hash(const Family& family,
                                               LabelNameTexts::Number names) const;
  // Their place; 0 when the family has no series with them.
  [[nodiscard]] std::uint32_t find_label_names(const Family& family, std::string_view names) const;
  std::uint32_t label_names_for(Family& family, const SeriesRequest& request);
  // The number of label names that have no series yet, or none any more.
  std::uint32_t number_for(const Family& family, std::string_view names);
  // What they are remembered by when their series are gone.
  [[nodiscard]] FormerLabelNames::Identity identity(const Family& family,
                                                    std::string_view label_names) const;
  void detach(Family& family);
  void detach_label_names(std::uint32_t place);
  void unlink_gauges(SeriesHeader* source, const Definition& definition);
  // One of them, if it still reads `window`.
  void unlink_gauge(const SeriesLink& link, const PublishedWindow& window);
};

}  // namespace weir::metrics
