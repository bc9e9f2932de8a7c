// SPDX-License-Identifier: Apache-2.0
#include "mappingtest/comparison.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace weir::mappingtest {

namespace {

// Of sums, whose last digits are not what a person expects.
constexpr double kRounding = 1e-12;

bool has_label(const PageSample& sample, std::string_view name) {
  return std::ranges::find(sample.labels, name, &PageSample::Label::name) != sample.labels.end();
}

bool is_close(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return true;
  return std::isfinite(a) && std::isfinite(b) &&
         std::abs(a - b) <= kRounding * std::max(std::abs(a), std::abs(b));
}

bool is_same(const PageSample& a, const PageSample& b) {
  return is_close(a.value, b.value) && a.time == b.time;
}

// What a page has of series, in its order.
class Page {
 public:
  struct Line {
    PageSample sample;
    bool is_expected = false;
  };

  Page(std::string_view text, const std::set<std::string>& wanted_parts) {
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      read(text.substr(0, end), wanted_parts);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    for (auto& line : lines_) by_key_.emplace(key_of(line.sample), &line);
  }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  // Null where the page has no such series.
  Line* find(const PageSample& sample) {
    const auto found = by_key_.find(key_of(sample));
    return found == by_key_.end() ? nullptr : found->second;
  }
  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

 private:
  void read(std::string_view line, const std::set<std::string>& wanted_parts) {
    if (line.starts_with("# TYPE ")) part_label_ = part_label_of(line);
    if (line.starts_with('#')) return;
    auto sample = parse_page_sample(line);
    assert(sample);
    const bool is_part = !part_label_.empty() && has_label(*sample, part_label_);
    if (is_part && wanted_parts.count(key_of_parts(*sample)) == 0) return;
    lines_.push_back({std::move(*sample)});
  }

  static std::string_view part_label_of(std::string_view type_line) {
    if (type_line.ends_with(" histogram")) return "le";
    if (type_line.ends_with(" summary")) return "quantile";
    return {};
  }

  std::string_view part_label_;
  std::vector<Line> lines_;
  std::map<std::string, Line*> by_key_;
};

std::set<std::string> keys_of_parts(const std::vector<PageSample>& samples) {
  std::set<std::string> keys;
  for (const auto& sample : samples) {
    if (has_label(sample, "le") || has_label(sample, "quantile")) keys.insert(key_of_parts(sample));
  }
  return keys;
}

}  // namespace

std::vector<SeriesResult> compare(const std::vector<PageSample>& expected, std::string_view text) {
  Page page(text, keys_of_parts(expected));
  std::vector<SeriesResult> results;
  results.reserve(expected.size() + page.lines().size());
  for (const auto& sample : expected) {
    auto* const line = page.find(sample);
    const bool is_met = line != nullptr && is_same(sample, line->sample);
    if (!is_met) results.push_back({Match::Missing, sample.text});
    if (line == nullptr) continue;
    line->is_expected = true;
    results.push_back({is_met ? Match::Same : Match::Unexpected, line->sample.text});
  }
  for (const auto& line : page.lines()) {
    if (!line.is_expected) results.push_back({Match::Unexpected, line.sample.text});
  }
  return results;
}

}  // namespace weir::mappingtest
