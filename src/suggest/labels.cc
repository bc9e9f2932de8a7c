// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "suggest/captures.h"
#include "suggest/draft.h"
#include "suggest/segment_shape.h"
#include "suggest/words.h"
#include "weir/base/ascii.h"

namespace weir::suggest {

namespace {

// Which label a value was seen under first.
class ValueIndex {
 public:
  void add(std::string_view value, std::string_view label) {
    if (is_id(shape_of(value))) return;
    labels_.emplace(value, label);
  }

  // The label that half of the values have, or more; "" without one.
  [[nodiscard]] std::string label_of(const std::vector<std::string_view>& values) const {
    std::map<std::string_view, std::size_t> votes;
    for (const auto value : values) {
      const auto found = labels_.find(std::string(value));
      if (found != labels_.end() && ++votes[found->second] * 2 >= values.size()) {
        return found->second;
      }
    }
    return {};
  }

 private:
  std::unordered_map<std::string, std::string> labels_;
};

template <typename Is>
bool are_all(const std::vector<std::string_view>& values, const Is& is) {
  return !values.empty() && std::ranges::all_of(values, is);
}

std::string_view label_of_shape(const std::vector<std::string_view>& values) {
  if (values.empty()) return {};
  const auto first = shape_of(values.front());
  if (!are_all(values, [first](std::string_view value) { return shape_of(value) == first; })) {
    return {};
  }
  switch (first) {
    case Shape::StatusCode: return "status";
    case Shape::StatusClass: return "status_class";
    case Shape::Method: return "method";
    case Shape::Address: return "address";
    case Shape::Date: return "date";
    case Shape::Uuid:
    case Shape::Hex: return "id";
    case Shape::Number:
    case Shape::Word: break;
  }
  return {};
}

std::string_view label_of_choices(const std::vector<std::string_view>& values) {
  std::map<std::string_view, std::size_t> votes;
  for (const auto value : values) {
    const auto label = choice_label(value);
    if (!label.empty() && ++votes[label] * 2 > values.size()) return label;
  }
  return {};
}

// What word of `segment` is a kind of thing: `operator` of `operator_failures`.
std::string_view thing_in(std::string_view segment) {
  while (!segment.empty()) {
    const auto end = std::min(segment.find_first_of("_-"), segment.size());
    if (const auto label = thing_label(segment.substr(0, end)); !label.empty()) return label;
    segment.remove_prefix(std::min(end + 1, segment.size()));
  }
  return {};
}

// Things that have numbers and are few.
bool is_counted_thing(std::string_view label) {
  constexpr auto kThings = std::to_array<std::string_view>(
      {"bucket", "core", "cpu", "device", "disk", "node", "partition", "port", "queue", "shard",
       "thread", "worker", "zone"});
  return std::ranges::find(kThings, label) != kThings.end();
}

// Ids without an end are no label where values of several series can be added up.
bool is_endless(const Draft& draft, const Capture& capture) {
  constexpr std::size_t kNumbersMin = 10;
  if (draft.kind == sample::EventKind::Gauge || draft.kind == sample::EventKind::Set) return false;
  if (are_all(capture.values, [](std::string_view value) { return is_endless(shape_of(value)); })) {
    return true;
  }
  const auto is_number = [](std::string_view value) { return stem_length(value) == 0; };
  const auto is_status = [](std::string_view value) {
    return shape_of(value) == Shape::StatusCode;
  };
  const bool is_few =
      capture.values.size() < kNumbersMin || capture.values.size() * 2 <= capture.names;
  const auto word = capture.place > 0 ? draft.pieces[capture.place - 1].before : std::string();
  return !is_few && !is_counted_thing(thing_label(word)) && are_all(capture.values, is_number) &&
         !are_all(capture.values, is_status);
}

std::string usable(std::string_view label) {
  constexpr auto kReserved =
      std::to_array<std::string_view>({"le", "quantile", "job", "instance", "name__"});
  auto name = snake_case(label);
  if (name.empty() || base::is_digit(name.front())) name = "id_" + name;
  if (std::ranges::find(kReserved, name) != kReserved.end()) name += "_name";
  return name;
}

class Labeler {
 public:
  Labeler(std::vector<Draft>& drafts, std::span<const Name> names) : drafts_(drafts) {
    for (const auto& name : names) {
      for (const auto& [key, value] : name.sent->tags) tags_.add(value, key);
    }
    captures_.reserve(drafts.size());
    labels_.reserve(drafts.size());
    for (const auto& draft : drafts) {
      captures_.push_back(captures_of(draft, names));
      labels_.emplace_back(captures_.back().size());
    }
  }

  void name_all() {
    name_each([this](std::size_t at, std::size_t i) { return surely(at, i); });
    name_each([this](std::size_t at, std::size_t i) { return by_values_or_words(at, i); });
    name_each([this](std::size_t at, std::size_t i) { return at_worst(at, i); });
    for (std::size_t at = 0; at < drafts_.size(); ++at) write(at);
  }

 private:
  template <typename Find>
  void name_each(const Find& find) {
    for (std::size_t at = 0; at < drafts_.size(); ++at) {
      for (std::size_t i = 0; i < captures_[at].size(); ++i) {
        if (!labels_[at][i].empty()) continue;
        const std::string label(find(at, i));
        if (label.empty()) continue;
        labels_[at][i] = usable(label);
        for (const auto value : captures_[at][i].values) known_.add(value, labels_[at][i]);
      }
    }
  }

  // The word right before a capture, where it is a segment of its own; "" without one.
  [[nodiscard]] std::string_view word_before(std::size_t at, std::size_t i) const {
    const auto& capture = captures_[at][i];
    if (capture.place == 0 || capture.in_run > 0) return {};
    return drafts_[at].pieces[capture.place - 1].before;
  }

  [[nodiscard]] std::string surely(std::size_t at, std::size_t i) const {
    const auto& capture = captures_[at][i];
    if (!capture.piece->label.empty()) return capture.piece->label;
    if (auto label = tags_.label_of(capture.values); !label.empty()) return label;
    if (const auto label = label_of_shape(capture.values); !label.empty()) {
      return std::string(label);
    }
    auto word = std::string_view(capture.piece->before);
    while (!word.empty() && !base::is_alphanumeric(word.back())) word.remove_suffix(1);
    if (word.empty()) word = word_before(at, i);
    if (const auto label = dimension_label(word); !label.empty()) return std::string(label);
    return std::string(thing_label(word));
  }

  [[nodiscard]] std::string by_values_or_words(std::size_t at, std::size_t i) const {
    const auto& capture = captures_[at][i];
    if (i > 0 && capture.in_run > 0 && labels_[at][i - 1] == "dag_id") return "task_id";
    if (auto label = known_.label_of(capture.values); !label.empty() && !is_used(at, label)) {
      return label;
    }
    if (const auto label = label_of_choices(capture.values); !label.empty()) {
      return std::string(label);
    }
    if (const auto label = thing_in(capture.piece->before); !label.empty()) {
      return std::string(label);
    }
    if (capture.in_run > 0) return {};
    return thing_before(at, capture.place);
  }

  // Of the words before `place` the last that is of a thing, and is no label yet.
  [[nodiscard]] std::string thing_before(std::size_t at, std::size_t place) const {
    for (auto i = place; i > 0; --i) {
      const auto& piece = drafts_[at].pieces[i - 1];
      if (is_varying(piece)) continue;
      const auto label = thing_in(piece.before);
      if (!label.empty() && !is_used(at, label)) return std::string(label);
    }
    return {};
  }

  [[nodiscard]] std::string at_worst(std::size_t at, std::size_t i) const {
    const auto& capture = captures_[at][i];
    const auto word = word_before(at, i);
    const auto is_short_number = [](std::string_view value) {
      return value.size() <= 3 && is_id(shape_of(value));
    };
    if (are_all(capture.values, is_short_number)) {
      const bool is_exit = drafts_[at].stem.ends_with("exit");
      return is_exit ? "return_code" : word.empty() ? "number" : std::string(word);
    }
    const auto is_numbered = [](std::string_view value) {
      const auto stem = stem_length(value);
      return stem > 0 && stem < value.size();
    };
    if (are_all(capture.values, is_numbered)) return "host";
    const bool is_noun = !word.empty() && !is_measure(word) && capture.place > 1;
    return is_noun                               ? std::string(word)
           : capture.piece->cover == Cover::Tail ? std::string("path")
                                                 : std::string("name");
  }

  [[nodiscard]] bool is_used(std::size_t at, std::string_view label) const {
    return std::ranges::find(labels_[at], label) != labels_[at].end();
  }

  void write(std::size_t at) {
    auto& draft = drafts_[at];
    std::map<std::string_view, int> uses;
    for (std::size_t i = 0; i < captures_[at].size(); ++i) {
      const auto& capture = captures_[at][i];
      if (is_endless(draft, capture)) continue;
      auto name = labels_[at][i];
      if (const int use = ++uses[labels_[at][i]]; use > 1) name += fmt::format("_{}", use);
      const bool is_class = capture.piece->label == "status_class";
      draft.labels.push_back({std::move(name), is_class ? fmt::format("${{{}}}xx", i + 1)
                                                        : fmt::format("${}", i + 1)});
    }
  }

  std::vector<Draft>& drafts_;
  std::vector<std::vector<Capture>> captures_;
  std::vector<std::vector<std::string>> labels_;
  ValueIndex tags_;
  ValueIndex known_;
};

}  // namespace

void name_labels(std::vector<Draft>& drafts, std::span<const Name> names) {
  Labeler(drafts, names).name_all();
}

}  // namespace weir::suggest
