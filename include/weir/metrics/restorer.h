// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weir/base/clock.h"
#include "weir/metrics/series_state.h"
#include "weir/metrics/store.h"

namespace weir::metrics {

// What became of a series that another process had.
enum class Restored : std::uint8_t {
  Yes,
  Expired,   // its TTL ran out meanwhile
  Refused,   // a budget is used up
  Conflict,  // the name is taken, or the series is there already
};
inline constexpr std::size_t kRestoredCount = 4;

// Fills a store with the states of another one, before the first worker starts and the first sweep.
// The series are bound to nothing: the first sample of each finds it by its name and labels, as if
// it had only been silent, and what the rules make of it by then changes it as a reload does. One
// thread.
class Restorer final : public StateVisitor {
 public:
  // `now` is that of the store; `away` is for how long nothing was received, 0 or more. `store`
  // must outlive the restorer.
  Restorer(Store& store, base::TimePoint now, std::chrono::nanoseconds away);

  void on_family(const FamilyState& family) override;
  // `label_names.definition` is good until the next family.
  void on_label_names(const LabelNamesState& label_names) override;
  // `series` is possible for the definition of its label names, and its labels are well formed.
  void on_series(std::uint32_t label_names, const SeriesState& series) override;

  // How many series came to what, published gauges among them.
  [[nodiscard]] const std::array<std::uint64_t, kRestoredCount>& counts() const { return counts_; }

 private:
  struct FamilyCopy {
    explicit FamilyCopy(const FamilyState& from);
    FamilyState state;
    std::string name;
    std::string help;
    std::string unit;
  };
  struct LabelNamesCopy {
    std::string names;
    LabelNamesState state;
    // Known after the first series.
    std::optional<Restored> obstacle;
    bool is_known = false;
  };

  Restored restore(LabelNamesCopy& of, const SeriesState& series);
  Restored restore_gauge(const PublishedGaugeState& gauge, const SeriesRequest& source,
                         const SeriesLink& link, const SeriesState& series);
  void fill(SeriesHeader* header, const Definition& definition, const SeriesState& series) const;
  void count(Restored what) { ++counts_.at(static_cast<std::size_t>(what)); }

  Store& store_;
  const base::TimePoint now_;
  const std::chrono::nanoseconds away_;
  std::optional<FamilyCopy> family_;
  std::vector<LabelNamesCopy> label_names_;
  std::array<std::uint64_t, kRestoredCount> counts_{};
  // Restored series that take what comes after a budget is used up.
  std::uint64_t overflows_ = 0;
};

}  // namespace weir::metrics
