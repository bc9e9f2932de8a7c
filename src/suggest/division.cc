// SPDX-License-Identifier: Apache-2.0
#include "suggest/division.h"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>

#include "suggest/segment_shape.h"
#include "suggest/words.h"
#include "weir/base/ascii.h"

namespace weir::suggest {

namespace {

// Before numbers in names of metrics, such as `p99` and `load5`.
bool is_numbered_metric(std::string_view stem) {
  constexpr auto kStems = std::to_array<std::string_view>(
      {"p", "q", "load", "avg", "percentile", "http", "utf", "ipv", "v", "sha", "md", "http_"});
  return std::ranges::find(kStems, stem) != kStems.end();
}

bool names_metric(std::string_view segment) {
  return is_measure(segment) || is_statistic(segment) || !choice_label(segment).empty();
}

// `OrdersController`: names of metrics are rarely written so.
bool has_capital(std::string_view segment) {
  return !segment.empty() && base::is_upper(segment.front()) &&
         std::ranges::any_of(segment, base::is_lower);
}

bool may_be_id(std::string_view segment) { return !is_measure(segment) && !is_statistic(segment); }

class Division {
 public:
  Division(std::span<const Child> children, const Place& place, const KnownIds& known)
      : children_(children), place_(place), known_(known), varies_(children.size(), false) {}

  std::vector<bool> find() {
    mark_shapes();
    mark_numbered();
    mark_things();
    mark_known();
    if (is_in_run()) mark_rest_of_ids();
    if (place_.before.empty()) return varies_;
    mark_alike();
    mark_many();
    return varies_;
  }

 private:
  [[nodiscard]] bool is_in_run() const {
    return !place_.before.empty() &&
           (place_.before.back().cover == Cover::Any || place_.before.back().cover == Cover::Tail);
  }

  template <typename Is>
  void mark(const Is& is_varying) {
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (!varies_[i] && is_varying(children_[i])) varies_[i] = true;
    }
  }

  template <typename Is>
  [[nodiscard]] std::size_t count(const Is& is_counted) const {
    return static_cast<std::size_t>(std::ranges::count_if(children_, is_counted));
  }

  void mark_shapes() {
    mark([](const Child& child) { return is_id(shape_of(child.segment)); });
  }

  // `web01`, `web02`.
  void mark_numbered() {
    std::unordered_map<std::string_view, std::size_t> stems;
    const auto stem_of = [](const Child& child) {
      const auto stem = child.segment.substr(0, stem_length(child.segment));
      const auto number = child.segment.substr(stem.size());
      // `rq_503`, of which more is known.
      const bool is_status = stem.ends_with('_') && shape_of(number) == Shape::StatusCode;
      const bool is_numbered = !number.empty() && !is_status && !is_numbered_metric(stem);
      return is_numbered ? stem : std::string_view();
    };
    for (const auto& child : children_) ++stems[stem_of(child)];
    mark([&](const Child& child) {
      const auto stem = stem_of(child);
      return !stem.empty() && stems[stem] >= 2;
    });
  }

  // After `cluster` and the like.
  void mark_things() {
    if (place_.before.empty()) return;
    const auto& last = place_.before.back();
    if (last.cover != Cover::Literal) return;
    // The first word of names may well be a program.
    const bool is_thing =
        !thing_label(last.before).empty() && (place_.before.size() > 1 || are_two_alike());
    const bool is_dimension = !dimension_label(last.before).empty();
    mark([&](const Child& child) {
      if (!may_be_id(child.segment)) return false;
      return (is_thing && child.goes_on && !child.is_end && choice_label(child.segment).empty()) ||
             (is_dimension && !child.goes_on);
    });
  }

  [[nodiscard]] bool are_two_alike() const {
    const auto first = std::ranges::find_if(children_, is_candidate);
    if (first == children_.end()) return false;
    return std::any_of(first + 1, children_.end(), [&first](const Child& child) {
      return is_candidate(child) && is_alike(*first, child);
    });
  }

  void mark_known() {
    const auto is_known = [this](const Child& child) {
      return may_be_id(child.segment) && known_.has(place_.first_segment, child.segment);
    };
    const auto looks_made = [](std::string_view segment) {
      return std::ranges::any_of(segment, [](char c) { return !base::is_lower(c); });
    };
    const auto found = count(is_known);
    mark([&](const Child& child) {
      return is_known(child) && (found >= 2 || looks_made(child.segment) || is_in_run());
    });
  }

  // Of ids with dots: where they end, or where one of what comes after all ids does not come.
  void mark_rest_of_ids() {
    std::vector<std::size_t> ends;
    for (const auto& child : children_) {
      if (child.is_end && !child.goes_on) ends.push_back(hash_of_segment(child.segment));
    }
    std::ranges::sort(ends);
    mark([&](const Child& child) {
      if (names_metric(child.segment)) return false;
      if (place_.is_end && !child.goes_on) return true;
      if (child.goes_on && ends_domain(child.segment)) return true;
      const auto shared = std::ranges::count_if(child.last_segments, [&ends](std::size_t last) {
        return std::ranges::binary_search(ends, last);
      });
      const auto most = std::max(child.last_segments.size(), ends.size());
      return child.goes_on && !child.is_end && static_cast<std::size_t>(shared) * 2 > most;
    });
  }

  // Whether the names that go on from `child` might be those of one thing of several.
  static bool is_candidate(const Child& child) {
    return child.goes_on && !child.is_end && may_be_id(child.segment);
  }

  // Things have the same metrics, so names that go on from them end alike. Compared with a few
  // children each, so that many cost no more than a few each.
  void mark_alike() {
    constexpr std::size_t kGroupsMax = 32;
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (!is_candidate(children_[i])) continue;
      const auto group = std::ranges::find_if(groups, [&](const std::vector<std::size_t>& members) {
        return is_alike(children_[members.front()], children_[i]);
      });
      if (group != groups.end()) {
        group->push_back(i);
      } else if (groups.size() < kGroupsMax) {
        groups.push_back({i});
      }
    }
    for (const auto& members : groups) {
      if (!is_proof(members)) continue;
      for (const auto i : members) varies_[i] = true;
    }
  }

  static std::size_t count_shared(const Child& a, const Child& b) {
    return static_cast<std::size_t>(std::ranges::count_if(a.last_segments, [&b](std::size_t last) {
      return std::ranges::binary_search(b.last_segments, last);
    }));
  }

  // Half of all that names end in, or more, is shared.
  static bool is_alike(const Child& a, const Child& b) {
    const auto shared = count_shared(a, b);
    return shared * 2 >= a.last_segments.size() + b.last_segments.size() - shared;
  }

  // Two may have one or two metrics alike by chance, such as `gc.count` and `threads.count`.
  [[nodiscard]] bool is_proof(const std::vector<std::size_t>& members) const {
    constexpr std::size_t kSharedByTwo = 3;
    const auto& first = children_[members.front()];
    if (members.size() < 2 || !first.has_metric) return false;
    const bool are_made = std::ranges::all_of(
        members, [this](std::size_t i) { return has_capital(children_[i].segment); });
    return members.size() >= 3 || is_in_run() || are_made ||
           count_shared(first, children_[members.back()]) >= kSharedByTwo;
  }

  // Many names that end here, none of which sounds like a metric.
  void mark_many() {
    constexpr std::size_t kMany = 20;
    const auto is_last = [](const Child& child) { return !child.goes_on; };
    const auto ends = count(is_last);
    const auto metrics = count(
        [&is_last](const Child& child) { return is_last(child) && names_metric(child.segment); });
    if (ends >= kMany && metrics * 10 <= ends) mark(is_last);
  }

  std::span<const Child> children_;
  const Place& place_;
  const KnownIds& known_;
  std::vector<bool> varies_;
};

}  // namespace

bool KnownIds::add(std::string_view first_segment, std::string_view id) {
  constexpr std::size_t kSizeMin = 3;
  if (id.size() < kSizeMin || names_metric(id) || shape_of(id) != Shape::Word) return false;
  return ids_.insert(std::string(first_segment).append(1, '.').append(id)).second;
}

bool KnownIds::has(std::string_view first_segment, std::string_view id) const {
  return ids_.contains(std::string(".").append(id)) ||
         ids_.contains(std::string(first_segment).append(1, '.').append(id));
}

std::size_t hash_of_segment(std::string_view segment) {
  return std::hash<std::string_view>()(segment);
}

std::vector<bool> find_varying(std::span<const Child> children, const Place& place,
                               const KnownIds& known) {
  return Division(children, place, known).find();
}

}  // namespace weir::suggest
