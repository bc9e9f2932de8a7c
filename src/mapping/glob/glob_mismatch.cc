// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/glob_mismatch.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "mapping/wildcard_pattern.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/name_grammar.h"

namespace weir::mapping {

namespace {

using Part = Mismatch::Part;
using Segments = std::span<const std::string_view>;

std::vector<std::string_view> segments_of(std::string_view text) {
  auto left = count_segments(text);
  std::vector<std::string_view> segments;
  segments.reserve(left);
  for (; left > 0; --left) segments.push_back(take_segment(text));
  return segments;
}

// What a segment of a glob other than `**` takes.
bool takes(std::string_view pattern, std::string_view segment) {
  switch (form_of(pattern)) {
    case SegmentForm::Literal: return pattern == segment;
    case SegmentForm::Part: {
      const auto covered = WildcardPattern(pattern).match(segment);
      return covered && !covered->empty();
    }
    case SegmentForm::Any:
    case SegmentForm::Tail: break;
  }
  return true;
}

Mismatch other_segment(std::string_view wanted, Segments name, std::size_t place) {
  return {.part = Part::Segment, .wanted = wanted, .found = name[place], .segment = place + 1};
}

// The name as far as the first `**`.
std::optional<Mismatch> front_mismatch(Segments glob, Segments name) {
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (i == name.size()) {
      return Mismatch{.part = Part::TooShort, .wanted = glob[i], .segment = i + 1};
    }
    if (!takes(glob[i], name[i])) return other_segment(glob[i], name, i);
  }
  return std::nullopt;
}

std::optional<Mismatch> back_mismatch(Segments glob, Segments name) {
  for (std::size_t back = 1; back <= glob.size(); ++back) {
    const auto pattern = glob[glob.size() - back];
    const auto place = name.size() - back;
    if (!takes(pattern, name[place])) return other_segment(pattern, name, place);
  }
  return std::nullopt;
}

// `middle`: what of the name the `**` cover together with the words between them.
bool holds_between(Segments words, Segments middle) {
  // Either `**` keeps a segment to itself.
  for (std::size_t at = 1; at + words.size() < middle.size(); ++at) {
    if (std::ranges::equal(words, middle.subspan(at, words.size()))) return true;
  }
  return false;
}

std::optional<Mismatch> tail_mismatch(std::string_view text, Segments glob, std::size_t tail,
                                      Segments name) {
  const auto second = std::find(glob.begin() + static_cast<std::ptrdiff_t>(tail) + 1, glob.end(),
                                std::string_view("**"));
  const bool has_two = second != glob.end();
  const auto begin_of_back =
      has_two ? static_cast<std::size_t>(second - glob.begin()) + 1 : tail + 1;
  const Segments back = glob.subspan(begin_of_back);
  // A `**` takes one segment at least, and so each segment of the glob does.
  if (name.size() < glob.size()) {
    return Mismatch{
        .part = Part::TooShort, .wanted = glob[name.size()], .segment = name.size() + 1};
  }
  if (const auto mismatch = back_mismatch(back, name)) return mismatch;
  if (!has_two) return std::nullopt;
  const Segments words = glob.subspan(tail + 1, begin_of_back - tail - 2);
  const Segments middle = name.subspan(tail, name.size() - tail - back.size());
  if (holds_between(words, middle)) return std::nullopt;
  const auto between = between_tails(text);
  return Mismatch{.part = Part::Between, .wanted = between.substr(1, between.size() - 2)};
}

}  // namespace

std::optional<Mismatch> glob_mismatch(std::string_view glob, std::string_view name) {
  const auto patterns = segments_of(glob);
  const auto sent = segments_of(name);
  const auto tail = static_cast<std::size_t>(
      std::ranges::find(patterns, SegmentForm::Tail, form_of) - patterns.begin());
  if (const auto mismatch = front_mismatch(Segments(patterns).first(tail), sent)) return mismatch;
  if (tail < patterns.size()) return tail_mismatch(glob, patterns, tail, sent);
  if (sent.size() == patterns.size()) return std::nullopt;
  return Mismatch{.part = Part::TooLong, .wanted = {}, .found = sent[tail], .segment = tail + 1};
}

}  // namespace weir::mapping
