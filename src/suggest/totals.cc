// SPDX-License-Identifier: Apache-2.0
#include "suggest/totals.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "suggest/words.h"

namespace weir::suggest {

namespace {

// What begins with a name and goes on after a dot.
struct Parts {
  std::size_t names = 0;
  std::size_t names_of_type = 0;
  std::size_t plain_words = 0;
  std::uint64_t samples = 0;

  void add(const Name& name, std::string_view next, bool is_of_type) {
    ++names;
    if (!is_of_type) return;
    ++names_of_type;
    samples += name.sent->samples;
    const bool says_more = is_measure(next) || is_statistic(next) || !choice_label(next).empty();
    if (!says_more) ++plain_words;
  }

  [[nodiscard]] bool are_of(const Name& total) const {
    constexpr std::size_t kPlainMin = 3;
    if (names_of_type < names || plain_words * 2 < names) return false;
    return adds_up(total.sent->samples, samples) ||
           (plain_words >= kPlainMin && plain_words == names);
  }
};

using Index = std::unordered_map<std::string_view, std::vector<NameId>>;

Index index_of(std::span<const Name> names) {
  Index index;
  index.reserve(names.size());
  for (NameId id = 0; id < names.size(); ++id) index[names[id].sent->name].push_back(id);
  return index;
}

// Calls `visit` with each name that `name` goes on from, and how many segments that has.
template <typename Visit>
void visit_beginnings(const Index& index, const Name& name, const Visit& visit) {
  for (std::size_t count = 1; count < name.segments.size(); ++count) {
    const auto found = index.find(name.beginning(count));
    if (found == index.end()) continue;
    for (const auto id : found->second) visit(id, count);
  }
}

}  // namespace

std::string_view Name::beginning(std::size_t count) const {
  const auto last = segments[count - 1];
  const char* const begin = segments.front().data();
  return {begin, static_cast<std::size_t>(last.data() + last.size() - begin)};
}

bool adds_up(std::uint64_t total, std::uint64_t parts) {
  constexpr std::uint64_t kTotalMin = 2;
  const auto difference = total > parts ? total - parts : parts - total;
  return total >= kTotalMin && difference * 10 <= total;
}

std::vector<std::optional<NameId>> find_totals(std::span<const Name> names) {
  const auto index = index_of(names);
  std::unordered_map<NameId, Parts> parts;
  for (const auto& name : names) {
    visit_beginnings(index, name, [&](NameId id, std::size_t count) {
      parts[id].add(name, name.segments[count], names[id].kind() == name.kind());
    });
  }
  std::vector<std::optional<NameId>> totals(names.size());
  for (NameId id = 0; id < names.size(); ++id) {
    visit_beginnings(index, names[id], [&](NameId total, std::size_t /*count*/) {
      if (!totals[id] && parts[total].are_of(names[total])) totals[id] = total;
    });
  }
  return totals;
}

}  // namespace weir::suggest
