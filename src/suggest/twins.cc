// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "suggest/draft.h"
#include "suggest/totals.h"

namespace weir::suggest {

namespace {

// In the order of EventKind.
constexpr std::array<std::string_view, sample::kEventKindCount> kKindSuffixes{"_counter", "_gauge",
                                                                              "_timer", "_set"};

bool has_tags(const Draft& draft, std::span<const Name> names) {
  return std::ranges::any_of(draft.names,
                             [names](NameId id) { return !names[id].sent->tag_keys.empty(); });
}

class Twins {
 public:
  Twins(std::vector<Draft>& drafts, std::span<const Name> names) : drafts_(drafts), names_(names) {
    for (std::size_t at = 0; at < drafts_.size(); ++at) {
      for (const auto id : drafts_[at].names) draft_of_.emplace(id, at);
    }
  }

  void part() {
    std::map<std::size_t, std::vector<std::size_t>> parts_of;
    for (std::size_t at = 0; at < drafts_.size(); ++at) {
      if (!drafts_[at].total) continue;
      const auto total = draft_of_.find(*drafts_[at].total);
      if (total != draft_of_.end()) parts_of[total->second].push_back(at);
    }
    for (const auto& [total, parts] : parts_of) drop_one(total, parts);
    drop_equal_names();
    // What has fewer labels keeps the plain name.
    std::vector<Draft*> order;
    order.reserve(drafts_.size());
    for (auto& draft : drafts_) order.push_back(&draft);
    std::ranges::stable_sort(order, {}, [](const Draft* draft) { return draft->labels.size(); });
    for (auto* const draft : order) rename(*draft);
  }

 private:
  // Where rules count the same drops what says less: the total, unless it has tags, or its parts.
  void drop_one(std::size_t total, const std::vector<std::size_t>& parts) {
    auto& whole = drafts_[total];
    std::uint64_t samples = 0;
    for (const auto at : parts) samples += drafts_[at].samples;
    if (whole.is_dropped || !adds_up(whole.samples, samples)) return;
    if (has_tags(whole, names_)) {
      for (const auto at : parts) drop(drafts_[at], whole);
    } else {
      drop(whole, drafts_[parts.front()]);
    }
  }

  static void drop(Draft& dropped, const Draft& kept) {
    dropped.is_dropped = true;
    dropped.reason = fmt::format("Counted in {} too.", kept.match);
  }

  // `runs.delay` and `runs.*.delay`.
  void drop_equal_names() {
    std::map<std::pair<std::string, sample::EventKind>, std::vector<std::size_t>> equal;
    for (std::size_t at = 0; at < drafts_.size(); ++at) {
      if (drafts_[at].is_dropped) continue;
      equal[{drafts_[at].metric(), drafts_[at].kind}].push_back(at);
    }
    for (const auto& [metric, places] : equal) {
      if (places.size() != 2) continue;
      const bool is_first_whole = drafts_[places[0]].labels.empty();
      if (is_first_whole == drafts_[places[1]].labels.empty()) continue;
      drop_one(places[is_first_whole ? 0 : 1], {places[is_first_whole ? 1 : 0]});
    }
  }

  // The names that `draft` could have, the best first.
  static std::string name_at(const Draft& draft, int attempt) {
    if (attempt == 1 && !draft.labels.empty()) {
      return fmt::format("{}_by_{}{}", draft.stem, draft.labels.back().name, draft.suffix);
    }
    if (attempt <= 2) return draft.full_stem + draft.suffix;
    const auto kind = kKindSuffixes[static_cast<std::size_t>(draft.kind)];
    if (attempt <= 3) return draft.stem + std::string(kind) + draft.suffix;
    return fmt::format("{}_{}{}", draft.stem, attempt, draft.suffix);
  }

  void rename(Draft& draft) {
    if (draft.is_dropped) return;
    auto name = draft.metric();
    for (int attempt = 1; taken_.contains(name); ++attempt) name = name_at(draft, attempt);
    draft.stem = name.substr(0, name.size() - draft.suffix.size());
    taken_.insert(std::move(name));
  }

  std::vector<Draft>& drafts_;
  std::span<const Name> names_;
  std::unordered_map<NameId, std::size_t> draft_of_;
  std::unordered_set<std::string> taken_;
};

}  // namespace

void part_metrics(std::vector<Draft>& drafts, std::span<const Name> names) {
  Twins(drafts, names).part();
}

}  // namespace weir::suggest
