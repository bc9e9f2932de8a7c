// SPDX-License-Identifier: Apache-2.0
#include "suggest/parts.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "suggest/segment_shape.h"
#include "suggest/totals.h"
#include "suggest/words.h"
#include "weir/base/ascii.h"

namespace weir::suggest {

namespace {

bool is_joint(char c) { return c == '_' || c == '-'; }

// `PythonOperator`, `_PythonDecoratedOperator`, `db01`.
bool is_made_name(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return base::is_upper(c) || base::is_digit(c); });
}

class Brancher {
 public:
  Brancher(std::vector<Child> children, const Place& place, std::span<const Name> names)
      : children_(std::move(children)), place_(place), names_(names) {}

  std::vector<Branch> find() {
    take_status_parts();
    take_parts_of_totals();
    take_whole_choices();
    take_choice_parts();
    std::vector<Branch> all;
    all.reserve(children_.size() + branches_.size());
    for (auto& child : children_) {
      all.push_back({Piece{Cover::Literal, std::string(child.segment)}, std::move(child.names)});
    }
    std::ranges::move(branches_, std::back_inserter(all));
    std::ranges::stable_sort(all, {}, [](const Branch& branch) {
      return branch.piece.before.empty() ? branch.piece.after : branch.piece.before;
    });
    return all;
  }

 private:
  // The children that `key_of` gives the same key, which is not empty, are one branch, if `may_be`
  // says so of them all.
  template <typename KeyOf, typename MayBe, typename PieceOf>
  void join(const KeyOf& key_of, const MayBe& may_be, const PieceOf& piece_of) {
    std::map<std::string_view, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (const auto key = key_of(children_[i].segment); !key.empty()) groups[key].push_back(i);
    }
    std::vector<bool> is_taken(children_.size(), false);
    for (const auto& [key, places] : groups) {
      if (!may_be(key, places)) continue;
      Branch branch{piece_of(key, places), {}};
      for (const auto i : places) take(i, branch, is_taken);
      branches_.push_back(std::move(branch));
    }
    remove(is_taken);
  }

  void take(std::size_t i, Branch& branch, std::vector<bool>& is_taken) {
    is_taken[i] = true;
    branch.names.insert(branch.names.end(), children_[i].names.begin(), children_[i].names.end());
  }

  void remove(const std::vector<bool>& is_taken) {
    std::size_t i = 0;
    std::erase_if(children_, [&](const Child& /*child*/) { return is_taken[i++]; });
  }

  // `rq_` of `rq_2xx` and `rq_503`.
  void take_status_parts() {
    constexpr std::size_t kStatusSize = 3;
    const auto key_for = [](Shape shape) {
      return [shape](std::string_view segment) {
        if (segment.size() <= kStatusSize + 1) return std::string_view();
        const auto end = segment.size() - kStatusSize;
        const bool is_one = is_joint(segment[end - 1]) && shape_of(segment.substr(end)) == shape;
        return is_one ? segment.substr(0, end) : std::string_view();
      };
    };
    const auto always = [](std::string_view, const std::vector<std::size_t>&) { return true; };
    join(key_for(Shape::StatusCode), always, [](std::string_view key, const auto&) {
      return Piece{Cover::Code, std::string(key), "", "status"};
    });
    join(key_for(Shape::StatusClass), always, [](std::string_view key, const auto&) {
      return Piece{Cover::Part, std::string(key), "xx", "status_class"};
    });
  }

  [[nodiscard]] const Name& first_name(const Child& child) const {
    return names_[child.names.front()];
  }

  // `failures_BashOperator` and the like, beside a name `failures` that counts them all.
  void take_parts_of_totals() {
    std::vector<bool> is_taken(children_.size(), false);
    for (std::size_t i = 0; i < children_.size(); ++i) {
      if (is_taken[i] || !children_[i].is_end || children_[i].goes_on) continue;
      for (const char joint : {'_', '-'}) take_parts_of(i, joint, is_taken);
    }
    remove(is_taken);
  }

  void take_parts_of(std::size_t total, char joint, std::vector<bool>& is_taken) {
    const auto before = std::string(children_[total].segment) + joint;
    std::vector<std::size_t> parts;
    std::uint64_t samples = 0;
    bool are_made = true;
    // They are sorted, so what begins alike is together.
    const auto begin = std::ranges::lower_bound(children_, before, {}, &Child::segment);
    for (auto i = static_cast<std::size_t>(begin - children_.begin());
         i < children_.size() && children_[i].segment.starts_with(before); ++i) {
      const auto& child = children_[i];
      if (is_taken[i] || child.goes_on) continue;
      if (first_name(child).kind() != first_name(children_[total]).kind()) return;
      parts.push_back(i);
      samples += first_name(child).sent->samples;
      are_made = are_made && is_made_name(child.segment.substr(before.size()));
    }
    const auto& sent = *first_name(children_[total]).sent;
    const bool is_total = parts.size() >= 2 && adds_up(sent.samples, samples);
    if (parts.empty() || (!are_made && !is_total)) return;
    children_[total].has_parts = true;
    Branch branch{Piece{Cover::Part, before}, {}, children_[total].names.front()};
    for (const auto i : parts) take(i, branch, is_taken);
    branches_.push_back(std::move(branch));
  }

  // Of the same types and with the same tags, and their names go on or end alike.
  [[nodiscard]] bool are_alike(const std::vector<std::size_t>& places) const {
    const auto& first = children_[places.front()];
    return std::ranges::all_of(places, [&](std::size_t i) {
      const auto& child = children_[i];
      const auto& name = first_name(child);
      // What goes on from a name that ends are its parts, whatever they are.
      return child.goes_on == first.goes_on && child.is_end == first.is_end &&
             (child.is_end || child.last_segments == first.last_segments) &&
             name.kind() == first_name(first).kind() && !child.has_parts &&
             name.sent->tag_keys == first_name(first).sent->tag_keys;
    });
  }

  // One label for the choices of all; "" when they are of several, or none.
  template <typename ChoiceOf>
  [[nodiscard]] std::string_view common_label(const std::vector<std::size_t>& places,
                                              const ChoiceOf& choice_of) const {
    const auto first = choice_label(choice_of(children_[places.front()].segment));
    return std::ranges::all_of(places,
                               [&](std::size_t i) {
                                 return choice_label(choice_of(children_[i].segment)) == first;
                               })
               ? first
               : std::string_view();
  }

  [[nodiscard]] bool is_after_words() const {
    return place_.before.size() >= 2 && !is_varying(place_.before.back());
  }

  // All of `tasks.queued`, `tasks.running`.
  void take_whole_choices() {
    if (!is_after_words() || children_.size() < 2 || !branches_.empty()) return;
    std::vector<std::size_t> all;
    all.reserve(children_.size());
    for (std::size_t i = 0; i < children_.size(); ++i) all.push_back(i);
    const auto whole = [](std::string_view segment) { return segment; };
    const auto label = common_label(all, whole);
    if (label.empty() || !are_alike(all)) return;
    Branch branch{Piece{Cover::Any, "", "", std::string(label), true}, {}};
    std::vector<bool> is_taken(children_.size(), false);
    for (const auto i : all) take(i, branch, is_taken);
    branches_.push_back(std::move(branch));
    children_.clear();
  }

  template <typename ChoiceOf, typename KeyOf, typename PieceOf>
  void join_choices(const ChoiceOf& choice_of, const KeyOf& key_of, const PieceOf& piece_of) {
    const auto may_be = [&](std::string_view key, const std::vector<std::size_t>& places) {
      if (places.size() < 2 || common_label(places, choice_of).empty() || !are_alike(places)) {
        return false;
      }
      return is_all_of(key, places.size());
    };
    join(key_of, may_be, [&](std::string_view key, const std::vector<std::size_t>& places) {
      return piece_of(key, std::string(common_label(places, choice_of)));
    });
  }

  // No other segment here has the words `key` at the same end.
  [[nodiscard]] bool is_all_of(std::string_view key, std::size_t count) const {
    const bool is_end = is_joint(key.front());
    const auto found = std::ranges::count_if(children_, [&](const Child& child) {
      return is_end ? child.segment.ends_with(key) : child.segment.starts_with(key);
    });
    return static_cast<std::size_t>(found) == count;
  }

  // `queued_slots` and `open_slots`; `job_start` and `job_end`.
  void take_choice_parts() {
    // Each group is compared with all children, and no metric has so many states.
    constexpr std::size_t kChildrenMax = 1'000;
    if (place_.before.empty() || children_.size() > kChildrenMax) return;
    const auto first_joint = [](std::string_view segment) { return segment.find_first_of("_-"); };
    const auto last_joint = [](std::string_view segment) { return segment.find_last_of("_-"); };
    join_choices([=](std::string_view segment) { return segment.substr(0, first_joint(segment)); },
                 [=](std::string_view segment) {
                   const auto at = first_joint(segment);
                   return at == std::string_view::npos ? std::string_view() : segment.substr(at);
                 },
                 [](std::string_view key, std::string label) {
                   return Piece{Cover::Part, "", std::string(key), std::move(label)};
                 });
    join_choices([=](std::string_view segment) { return segment.substr(last_joint(segment) + 1); },
                 [=](std::string_view segment) {
                   const auto at = last_joint(segment);
                   return at == std::string_view::npos || at == 0 ? std::string_view()
                                                                  : segment.substr(0, at + 1);
                 },
                 [](std::string_view key, std::string label) {
                   return Piece{Cover::Part, std::string(key), "", std::move(label)};
                 });
  }

  std::vector<Child> children_;
  const Place& place_;
  std::span<const Name> names_;
  std::vector<Branch> branches_;
};

}  // namespace

std::vector<Branch> find_branches(std::vector<Child> children, const Place& place,
                                  std::span<const Name> names) {
  return Brancher(std::move(children), place, names).find();
}

}  // namespace weir::suggest
