// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/base/clock.h"
#include "weir/metrics/naming.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir::fuzz {

// Up to the next NUL, which is passed too.
inline std::string take_text(std::string_view& input) {
  const std::size_t size = std::min(input.find('\0'), input.size());
  const std::string text(input.substr(0, size));
  input.remove_prefix(std::min(size + 1, input.size()));
  return text;
}

// A store of what an input describes, four texts with NUL between them for each series: the name of
// its family, those of two labels, and their value, whose length says the type. All are UTF-8.
class FuzzedStore {
 public:
  explicit FuzzedStore(std::string_view input) {
    for (std::size_t i = 0; i < kSeriesMax && !input.empty(); ++i) add(input);
  }

  // Of all families that the store has.
  [[nodiscard]] const std::set<std::string>& names() const { return names_; }

  void visit(metrics::ReadingVisitor& visitor, metrics::Scrape::NameFilter filter = {}) {
    std::vector<metrics::SelfFamily> own;
    own.push_back({std::string(kOwnName), "", metrics::Type::Counter, {{"", 1}}});
    metrics::Scrape scrape(store_, std::move(own), std::move(filter));
    while (scrape.advance(visitor, kNow, 1)) {
    }
  }

 private:
  // More cost time, and find nothing that fewer do not.
  static constexpr std::size_t kSeriesMax = 16;
  static constexpr std::string_view kOwnName = "own_total";
  static constexpr base::TimePoint kNow{std::chrono::hours(1)};

  void add(std::string_view& input) {
    const std::string name = take_text(input);
    // None is reserved.
    std::array<std::string, 2> labels{"k" + take_text(input), "k" + take_text(input)};
    std::string value = take_text(input);
    // In the lines that readers make of pages the one is between labels, the other begins those of
    // families.
    std::ranges::replace(value, '|', '/');
    if (name.empty() || name.starts_with("family ")) return;
    std::ranges::sort(labels);
    std::string body;
    std::string label_names;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (i > 0 && labels[i] == labels[i - 1]) continue;
      if (i > 0) label_names += ',';
      metrics::append_label_name(label_names, labels[i]);
      if (i > 0) body += ',';
      metrics::append_label_name(body, labels[i]);
      body += "=\"";
      metrics::append_escaped_label_value(body, value);
      body += '"';
    }
    metrics::Definition definition;
    definition.type = static_cast<metrics::Type>(value.size() % metrics::kTypeCount);
    if (definition.type == metrics::Type::Summary) definition.objectives = {{0.5, 0.05}};
    if (definition.type == metrics::Type::Histogram) definition.bounds = {1};
    metrics::SeriesRequest request;
    request.name = name;
    request.labels = body;
    request.label_names = label_names;
    request.help = value;
    request.definition = &definition;
    if (store_.admit(request, kNow).series != 0) names_.insert(name);
  }

  metrics::Store store_{
      {}, {std::string(kOwnName)}, 1, {kNow, {}}, metrics::SampleSuffixes::OpenMetrics};
  std::set<std::string> names_;
};

}  // namespace weir::fuzz
