// SPDX-License-Identifier: Apache-2.0
#include "weir/push/page.h"

#include <algorithm>
#include <map>
#include <utility>

namespace weir::push {

namespace {

using passthrough::Label;

const std::vector<Label>& labels_of(const PageFamily::Place& place) {
  return place.family->series[place.series].labels;
}

// As Prometheus' own libraries sort a family.
bool is_before(const PageFamily::Place& a, const PageFamily::Place& b) {
  const auto& left = labels_of(a);
  const auto& right = labels_of(b);
  if (left.size() != right.size()) return left.size() < right.size();
  const auto [in_left, in_right] =
      std::ranges::mismatch(left, right, {}, &Label::value, &Label::value);
  if (in_left == left.end()) return left < right;
  return in_left->value < in_right->value;
}

bool is_same(const PageFamily::Place& a, const PageFamily::Place& b) {
  return labels_of(a) == labels_of(b);
}

void sort_series(PageFamily& family, std::uint64_t& left_out) {
  std::ranges::stable_sort(family.series, is_before);
  const auto end = std::unique(family.series.begin(), family.series.end(), is_same);
  left_out += static_cast<std::uint64_t>(family.series.end() - end);
  family.series.erase(end, family.series.end());
}

void add_to(PageFamily& family, const StoredFamily& stored, std::uint64_t& left_out) {
  if (family.series.empty()) {
    family.name = stored.name;
    family.type = stored.type;
  }
  if (family.help.empty()) family.help = stored.help;
  if (family.type != stored.type) {
    left_out += stored.series.size();
    return;
  }
  for (std::size_t i = 0; i < stored.series.size(); ++i) family.series.push_back({&stored, i});
}

}  // namespace

metrics::FamilyReading PageFamily::reading() const {
  metrics::FamilyReading reading{name, help, passthrough::metric_type(type)};
  reading.is_untyped = type == passthrough::FamilyType::Untyped;
  reading.has_help = !help.empty();
  return reading;
}

std::shared_ptr<const Page> make_page(std::vector<std::shared_ptr<const StoredFamily>> stored) {
  auto page = std::make_shared<Page>();
  std::map<std::string_view, PageFamily> by_name;
  for (const auto& family : stored) {
    if (!family->series.empty()) add_to(by_name[family->name], *family, page->left_out);
  }
  page->families.reserve(by_name.size());
  for (auto& [name, family] : by_name) {
    sort_series(family, page->left_out);
    page->families.push_back(std::move(family));
  }
  page->stored = std::move(stored);
  return page;
}

void visit_series(const PageFamily& family, metrics::ReadingVisitor& visitor) {
  passthrough::SeriesVisit visit(visitor, family.type);
  for (const auto& [stored, place] : family.series) {
    visit.visit(stored->series[place], stored->bodies[place]);
  }
}

void visit_page(const Page& page, metrics::ReadingVisitor& visitor) {
  for (const PageFamily& family : page.families) {
    visitor.on_family(family.reading());
    visit_series(family, visitor);
    visitor.on_family_end();
  }
  visitor.on_end();
}

}  // namespace weir::push
