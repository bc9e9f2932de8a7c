// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "suggest/pattern.h"

namespace weir::suggest {

// The captures of a pattern are numbered from 1, as its pieces that vary come.
struct DraftLabel {
  std::string name;
  // As it stands in a mapping file: `$1`.
  std::string value;
};

// A rule under way: names of one pattern and one kind of metric.
struct Draft {
  Pieces pieces;
  sample::EventKind kind = sample::EventKind::Counter;
  NameIds names;
  std::optional<NameId> total;
  std::uint64_t samples = 0;
  // Other rules of the proposal have the same pattern.
  bool needs_kind = false;

  std::string match;
  bool is_regex = false;
  // Counters that go down, too: a gauge.
  bool is_up_down = false;
  // Without the suffix: `_total` and units.
  std::string stem;
  // The same with the words that `stem` goes without; for names that others have, too.
  std::string full_stem;
  std::string suffix;
  std::string unit;
  std::string scale;
  std::vector<DraftLabel> labels;
  bool is_dropped = false;
  // What a reader should know of the rule; "" for nothing.
  std::string reason;

  [[nodiscard]] std::string metric() const { return stem + suffix; }
};

// The `match` of a glob, or of a regex where a glob cannot say it, by `is_regex`.
void write_match(Draft& draft);

// Fills in what the metric is called, and the unit that its values are brought to.
void name_metric(Draft& draft, std::span<const Name> names);

// `text` in small letters, digits and `_`, `aB` as `a_b`; a digit does not come first.
[[nodiscard]] std::string snake_case(std::string_view text);

// Fills in the labels of all: from tags that have the same values, from words and shapes, and from
// labels that have the same values.
void name_labels(std::vector<Draft>& drafts, std::span<const Name> names);

// Drops what is counted twice, and gives each draft a metric of its own.
void part_metrics(std::vector<Draft>& drafts, std::span<const Name> names);

// The entry of a mapping file, without comment.
[[nodiscard]] std::string entry_of(const Draft& draft);

}  // namespace weir::suggest
