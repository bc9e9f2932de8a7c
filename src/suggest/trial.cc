// SPDX-License-Identifier: Apache-2.0
#include "suggest/trial.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "weir/lint/lint.h"
#include "weir/lint/rule_use.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

namespace weir::suggest {

namespace {

// More orders and names are not tried.
constexpr int kAttemptsMax = 6;

// A file of drafts, and in which of its lines each begins.
struct File {
  std::string text = "mappings:\n";
  std::vector<std::size_t> lines;

  explicit File(const std::vector<Draft>& drafts) {
    std::size_t line = 2;
    lines.reserve(drafts.size());
    for (const auto& draft : drafts) {
      const auto entry = entry_of(draft);
      lines.push_back(line);
      line += static_cast<std::size_t>(std::ranges::count(entry, '\n'));
      text += entry;
    }
  }

  [[nodiscard]] std::size_t draft_at(std::size_t line) const {
    const auto next = std::ranges::upper_bound(lines, line);
    return static_cast<std::size_t>(next - lines.begin()) - 1;
  }
};

template <typename T>
void erase_places(std::vector<T>& values, const std::vector<bool>& is_erased) {
  std::size_t i = 0;
  std::erase_if(values, [&](const T& /*value*/) { return is_erased[i++]; });
}

// Not of the order in which rules are.
bool is_of_entry(std::string_view id) {
  return id.find("shadowed") == std::string_view::npos &&
         id.find("behind-glob") == std::string_view::npos && id != "rule-repeated";
}

class Trial {
 public:
  Trial(std::vector<Draft>& drafts, std::span<const Name> names, base::NameValidation validation)
      : drafts_(drafts), names_(names), validation_(validation) {}

  std::vector<TrialCount> run() {
    for (int attempt = 0; attempt < kAttemptsMax && mend(attempt, is_of_entry); ++attempt) {
    }
    for (int attempt = 0; attempt < kAttemptsMax && put_in_order(); ++attempt) {
    }
    leave_out_unused();
    const auto is_any = [](std::string_view /*id*/) { return true; };
    while (mend(kAttemptsMax, is_any)) leave_out_unused();
    return count();
  }

 private:
  [[nodiscard]] std::shared_ptr<const mapping::RuleSet> load() const {
    return rulefile::parse_rules(File(drafts_).text, "proposal", {validation_, false, {}}).rules;
  }

  // Takes away what `weir lint` finds and is meant, at the last attempts the rules themselves.
  // False when there is nothing.
  template <typename IsMeant>
  bool mend(int attempt, const IsMeant& is_meant) {
    const File file(drafts_);
    std::vector<bool> is_left_out(drafts_.size(), false);
    bool has_found = false;
    for (const auto& finding : lint::lint_text(file.text, {validation_})) {
      if (finding.kind->severity == lint::Severity::Note || !is_meant(finding.kind->id)) continue;
      if (finding.line < file.lines.front()) continue;
      has_found = true;
      const auto at = file.draft_at(finding.line);
      if (attempt + 2 < kAttemptsMax) {
        mend_one(drafts_[at], finding.kind->id);
      } else {
        is_left_out[at] = true;
      }
    }
    erase_places(drafts_, is_left_out);
    return has_found && !drafts_.empty();
  }

  static void mend_one(Draft& draft, std::string_view id) {
    if (id == "label-unbounded" && draft.kind != sample::EventKind::Gauge) {
      draft.labels.clear();
    } else if (id.starts_with("label-")) {
      for (auto& label : draft.labels) label.name += "_name";
    } else {
      draft.stem += "_value";
    }
  }

  // Which draft takes which name.
  [[nodiscard]] std::vector<std::size_t> takers(const mapping::RuleSet& rules) const {
    std::vector<std::size_t> found(names_.size(), kNone);
    mapping::Match match;
    for (NameId id = 0; id < names_.size(); ++id) {
      rules.match(names_[id].sent->name, names_[id].kind(), match);
      if (match.rule != nullptr) found[id] = match.rule->index;
    }
    return found;
  }

  // Puts each draft before those that take its names from it. False when there is none.
  bool put_in_order() {
    if (drafts_.empty()) return false;
    const auto taken_by = takers(*load());
    // By where it is: before which it goes.
    std::vector<std::size_t> goal(drafts_.size());
    bool has_moved = name_kinds(taken_by);
    for (std::size_t at = 0; at < drafts_.size(); ++at) {
      goal[at] = at;
      for (const auto id : drafts_[at].names) goal[at] = std::min(goal[at], taken_by[id]);
      // A glob goes before every regex, whatever the order.
      has_moved = has_moved || (goal[at] < at && !drafts_[at].is_regex);
    }
    if (!has_moved) return false;
    std::vector<std::size_t> order(drafts_.size());
    for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
    std::ranges::stable_sort(order, [&goal](std::size_t a, std::size_t b) {
      return goal[a] != goal[b] ? goal[a] < goal[b] : goal[a] != a && goal[b] == b;
    });
    std::vector<Draft> sorted;
    sorted.reserve(order.size());
    for (const auto at : order) sorted.push_back(std::move(drafts_[at]));
    drafts_ = std::move(sorted);
    return true;
  }

  // A rule that takes names of another kind says which kind it is for. False when there is none.
  bool name_kinds(const std::vector<std::size_t>& taken_by) {
    bool has_found = false;
    for (NameId id = 0; id < names_.size(); ++id) {
      if (taken_by[id] == kNone) continue;
      auto& draft = drafts_[taken_by[id]];
      if (draft.kind == names_[id].kind() || draft.needs_kind) continue;
      draft.needs_kind = has_found = true;
    }
    return has_found;
  }

  void leave_out_unused() {
    if (drafts_.empty()) return;
    std::vector<bool> is_unused(drafts_.size(), true);
    for (const auto at : takers(*load())) {
      if (at != kNone) is_unused[at] = false;
    }
    erase_places(drafts_, is_unused);
  }

  [[nodiscard]] std::vector<TrialCount> count() const {
    std::vector<TrialCount> counts(drafts_.size());
    if (drafts_.empty()) return counts;
    const auto rules = load();
    const auto taken_by = takers(*rules);
    lint::RuleUseCounter counter(rules, validation_);
    for (NameId id = 0; id < names_.size(); ++id) {
      if (taken_by[id] == kNone) continue;
      auto& count = counts[taken_by[id]];
      count.names.push_back(id);
      count.samples += names_[id].sent->samples;
      count.series_before += names_[id].sent->series.size();
      for (const auto& series : names_[id].sent->series) counter.take(series.line);
    }
    const auto use = counter.result();
    for (std::size_t at = 0; at < counts.size(); ++at) {
      counts[at].series_after = use.rules[at].series;
    }
    return counts;
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::vector<Draft>& drafts_;
  std::span<const Name> names_;
  base::NameValidation validation_;
};

}  // namespace

std::vector<TrialCount> make_sound(std::vector<Draft>& drafts, std::span<const Name> names,
                                   base::NameValidation validation) {
  return Trial(drafts, names, validation).run();
}

}  // namespace weir::suggest
