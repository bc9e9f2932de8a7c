// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/census.h"

#include <algorithm>
#include <utility>

#include "weir/base/escape.h"
#include "weir/base/hash.h"
#include "weir/metrics/label_body.h"
#include "weir/metrics/store.h"

namespace weir::insight {

namespace {

std::string shown(std::string_view name) {
  return std::string(base::beginning_of(name, Census::kNameBytesMax));
}

bool has_more(const FamilySize& a, const FamilySize& b) { return a.series > b.series; }
bool has_more(const LabelSize& a, const LabelSize& b) { return a.values > b.values; }

// Keeps the largest in a heap whose front is the smallest of them.
template <class Size>
void keep_largest(std::vector<Size>& kept, Size size) {
  const auto order = [](const Size& a, const Size& b) { return has_more(a, b); };
  if (kept.size() == Census::kEntriesMax) {
    if (!has_more(size, kept.front())) return;
    std::ranges::pop_heap(kept, order);
    kept.back() = std::move(size);
  } else {
    kept.push_back(std::move(size));
  }
  std::ranges::push_heap(kept, order);
}

}  // namespace

void Census::on_family(const metrics::FamilyState& family) {
  end_family();
  family_ = {shown(family.name), family.type, 0};
}

// Series of one family have mostly the same labels in the same order, so the one that is expected
// is nearly always the right one.
Census::Label* Census::label(std::string_view name, std::size_t expected) {
  if (expected < labels_used_ && family_labels_[expected].name == name) {
    return &family_labels_[expected];
  }
  for (std::size_t i = 0; i < labels_used_; ++i) {
    if (family_labels_[i].name == name) return &family_labels_[i];
  }
  if (labels_used_ == kLabelsMax) return nullptr;
  if (labels_used_ == family_labels_.size()) family_labels_.emplace_back();
  Label& made = family_labels_[labels_used_++];
  made.name = name;
  made.series = 0;
  made.values.clear();
  return &made;
}

void Census::on_series(std::uint32_t /*label_names*/, const metrics::SeriesState& series) {
  ++family_.series;
  if (series.labels == metrics::kOverflowLabels) return;
  std::size_t place = 0;
  metrics::visit_labels(series.labels, [&](std::string_view name, std::string_view value) {
    Label* const found = label(name, place++);
    if (found == nullptr) return;
    ++found->series;
    found->values.add(base::hash_bytes(value, seed_));
  });
}

void Census::end_family() {
  if (family_.series == 0) return;
  for (std::size_t i = 0; i < labels_used_; ++i) {
    const Label& label = family_labels_[i];
    ++label_count_;
    keep_largest<LabelSize>(labels_, {family_.name, shown(label.name), label.values.count(),
                                      label.values.is_estimate(), label.series});
  }
  labels_used_ = 0;
  ++family_count_;
  keep_largest(families_, std::exchange(family_, {}));
}

void Census::finish() {
  end_family();
  std::ranges::sort(families_, [](const FamilySize& a, const FamilySize& b) {
    return a.series != b.series ? a.series > b.series : a.name < b.name;
  });
  std::ranges::sort(labels_, [](const LabelSize& a, const LabelSize& b) {
    if (a.values != b.values) return a.values > b.values;
    return a.metric != b.metric ? a.metric < b.metric : a.label < b.label;
  });
  family_labels_.clear();
  family_labels_.shrink_to_fit();
}

}  // namespace weir::insight
