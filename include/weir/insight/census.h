// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/insight/distinct_values.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/series_state.h"

namespace weir::insight {

struct FamilySize {
  std::string name;
  metrics::Type type = metrics::Type::Counter;
  std::uint64_t series = 0;
};

struct LabelSize {
  std::string metric;
  std::string label;
  std::uint64_t values = 0;
  bool is_estimate = false;
  // Those that have the label.
  std::uint64_t series = 0;
};

// Counts what a walk over a store shows: the families with the most series, and the labels with the
// most values. Memory does not grow with the store. One thread.
class Census final : public metrics::StateVisitor {
 public:
  // Of each list; longer names are cut.
  static constexpr std::size_t kEntriesMax = 1000;
  static constexpr std::size_t kNameBytesMax = 200;
  // Of a family; others are not looked at.
  static constexpr std::size_t kLabelsMax = 128;

  explicit Census(std::uint64_t seed) : seed_(seed) {}

  void on_family(const metrics::FamilyState& family) override;
  void on_label_names(const metrics::LabelNamesState& /*label_names*/) override {}
  void on_series(std::uint32_t label_names, const metrics::SeriesState& series) override;
  // After the walk: only then are the lists whole and sorted.
  void finish();

  // Most series first, and most values first.
  [[nodiscard]] const std::vector<FamilySize>& families() const { return families_; }
  [[nodiscard]] const std::vector<LabelSize>& labels() const { return labels_; }
  // All that there are, and not only those in the lists.
  [[nodiscard]] std::uint64_t family_count() const { return family_count_; }
  [[nodiscard]] std::uint64_t label_count() const { return label_count_; }

 private:
  struct Label {
    std::string name;
    std::uint64_t series = 0;
    DistinctValues values;
  };

  [[nodiscard]] Label* label(std::string_view name, std::size_t expected);
  void end_family();

  const std::uint64_t seed_;
  FamilySize family_;
  // The first `labels_used_` are of the family; the others keep their memory for the next.
  std::vector<Label> family_labels_;
  std::size_t labels_used_ = 0;

  std::vector<FamilySize> families_;
  std::vector<LabelSize> labels_;
  std::uint64_t family_count_ = 0;
  std::uint64_t label_count_ = 0;
};

}  // namespace weir::insight
