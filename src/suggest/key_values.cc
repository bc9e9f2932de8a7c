// SPDX-License-Identifier: Apache-2.0
#include "suggest/key_values.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "suggest/draft.h"
#include "suggest/tails.h"

namespace weir::suggest {

namespace {

constexpr std::string_view kStatistic = "statistic";

bool is_statistic_value(std::string_view segment) {
  constexpr auto kValues = std::to_array<std::string_view>(
      {"count", "value", "total", "max", "unknown", "active", "duration"});
  return std::ranges::find(kValues, segment) != kValues.end();
}

// The value of `statistic`; "" without one.
std::string_view statistic_of(const Name& name) {
  for (std::size_t i = 1; i + 1 < name.segments.size(); ++i) {
    if (name.segments[i] == kStatistic && is_statistic_value(name.segments[i + 1])) {
      return name.segments[i + 1];
    }
  }
  return {};
}

bool is_even(std::size_t number) { return number % 2 == 0; }

class KeyValueFinder {
 public:
  explicit KeyValueFinder(std::span<const Name> names) : names_(names) {}

  KeyValues find() {
    KeyValues found;
    const bool is_micrometer = learn_keys();
    std::map<std::string, Pattern> patterns;
    for (NameId id = 0; id < names_.size(); ++id) {
      const auto pieces = is_micrometer ? pieces_of(names_[id]) : Pieces();
      if (pieces.empty()) {
        found.others.push_back(id);
        continue;
      }
      auto& pattern = patterns[key_of(pieces)];
      if (pattern.names.empty()) {
        pattern.pieces = pieces;
        pattern.metric = metric_of(names_[id]);
      }
      pattern.names.push_back(id);
    }
    for (auto& [key, pattern] : patterns) found.patterns.push_back(std::move(pattern));
    found.patterns = join_tails(std::move(found.patterns));
    return found;
  }

 private:
  // False when these are no such names.
  bool learn_keys() {
    std::size_t found = 0;
    for (const auto& name : names_) {
      if (statistic_of(name).empty()) continue;
      ++found;
      if (is_even(name.segments.size())) continue;
      for (std::size_t i = 1; i < name.segments.size(); i += 2) keys_.insert(name.segments[i]);
    }
    return found > 0 && found * 2 >= names_.size();
  }

  // None for a name without keys, or in which they are not to be told.
  [[nodiscard]] Pieces pieces_of(const Name& name) const {
    const auto& segments = name.segments;
    if (segments.size() < 3) return {};
    const bool is_plain = !is_even(segments.size());
    Pieces pieces{{Cover::Literal, std::string(segments.front())}};
    for (std::size_t i = 1; i < segments.size();) {
      const auto key = segments[i];
      if (i + 1 == segments.size() || (!is_plain && !keys_.contains(key))) return {};
      pieces.push_back({Cover::Literal, std::string(key)});
      auto end = i + 2;
      while (!is_plain && end < segments.size() && !keys_.contains(segments[end])) ++end;
      append_value(key, segments, i + 1, end, pieces);
      i = end;
    }
    return pieces;
  }

  static void append_value(std::string_view key, const std::vector<std::string_view>& segments,
                           std::size_t begin, std::size_t end, Pieces& pieces) {
    if (key == kStatistic) {
      pieces.push_back({Cover::Literal, std::string(segments[begin])});
      return;
    }
    for (auto i = begin; i < end; ++i) {
      const bool is_dotted = segments[i].find('.') != std::string_view::npos;
      pieces.push_back({is_dotted ? Cover::Tail : Cover::Any, "", "", std::string(key)});
    }
  }

  // What is a value of `statistic` beside others is part of the metric's name.
  static std::string metric_of(const Name& name) {
    auto metric = snake_case(name.segments.front());
    const auto statistic = statistic_of(name);
    const bool is_plain = statistic.empty() || statistic == "count" || statistic == "value";
    if (!is_plain && !metric.ends_with(statistic)) (metric += '_') += statistic;
    return metric;
  }

  static std::string key_of(const Pieces& pieces) {
    std::string key;
    for (const auto& piece : pieces) (key += is_varying(piece) ? "*" : piece.before) += '.';
    return key;
  }

  std::span<const Name> names_;
  std::unordered_set<std::string_view> keys_;
};

}  // namespace

KeyValues find_key_values(std::span<const Name> names) { return KeyValueFinder(names).find(); }

}  // namespace weir::suggest
