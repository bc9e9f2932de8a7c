// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/glob_grammar.h"

#include <algorithm>
#include <cassert>

#include <fmt/core.h>

#include "mapping/wildcard_pattern.h"
#include "weir/base/ascii.h"
#include "weir/mapping/name_grammar.h"

namespace weir::mapping {

namespace {

constexpr std::string_view kHowToWrite =
    "write segments joined by dots, each `*` or a word of letters, digits, `_` and `-`";

bool is_of_word(char c) { return base::is_word(c) || c == '-'; }

// What is known of a glob up to one of its segments.
struct Seen {
  std::size_t segments = 0;
  std::size_t tails = 0;
  // Since the last `**`.
  bool has_words = false;
  bool has_stars = false;

  void add(SegmentForm form) {
    ++segments;
    if (form == SegmentForm::Tail) {
      ++tails;
      has_words = has_stars = false;
    } else {
      (form == SegmentForm::Literal ? has_words : has_stars) = true;
    }
  }
};

// The words between two `**` decide where the first one ends: at the first place of a name that has
// them. A `*` there would have to be tried in many places.
std::string_view tail_fault(const Seen& before) {
  if (before.segments == 0) return "`**` cannot come first, put a word or `*` before it";
  if (before.tails == 0) return {};
  if (before.tails > 1) return "a glob can have two `**`, write `*` for single segments";
  if (before.has_words && !before.has_stars) return {};
  return "between two `**` there must be words, and nothing else, to tell where the first one "
         "ends, "
         "put a word there or use a regex";
}

// What to write in place of `segment`; "" when it is fine.
std::string_view segment_fault(std::string_view segment, const Seen& before) {
  const auto form = form_of(segment);
  if (form == SegmentForm::Any) return {};
  if (form == SegmentForm::Tail) return tail_fault(before);
  if (segment.find("**") != std::string_view::npos) {
    return "`**` stands alone between dots, write one `*` for a part of a segment";
  }
  if (std::ranges::count(segment, '*') > 1) {
    return "a segment can have one `*`, use a regex for more";
  }
  if (segment.empty()) return kHowToWrite;
  const bool is_clean =
      std::ranges::all_of(segment, [](char c) { return is_of_word(c) || c == '*'; });
  return is_clean ? std::string_view() : kHowToWrite;
}

// Takes the first `count` segments off `rest`.
std::string_view take_segments(std::string_view& rest, std::size_t count) {
  assert(count > 0);
  auto taken = take_segment(rest);
  while (--count > 0) {
    const auto next = take_segment(rest);
    taken = {taken.data(), static_cast<std::size_t>(next.data() + next.size() - taken.data())};
  }
  return taken;
}

}  // namespace

SegmentForm form_of(std::string_view segment) {
  if (segment == "*") return SegmentForm::Any;
  if (segment == "**") return SegmentForm::Tail;
  return segment.find('*') == std::string_view::npos ? SegmentForm::Literal : SegmentForm::Part;
}

std::string glob_fault(std::string_view text) {
  const auto segments = count_segments(text);
  if (segments > kGlobSegmentsMax) return fmt::format("use at most {} segments", kGlobSegmentsMax);
  Seen seen;
  while (seen.segments < segments) {
    const auto segment = take_segment(text);
    const auto fault = segment_fault(segment, seen);
    if (!fault.empty()) return std::string(fault);
    seen.add(form_of(segment));
  }
  return {};
}

std::string_view between_tails(std::string_view glob) {
  constexpr std::string_view kTail = ".**";
  const auto first = glob.find(kTail);
  if (first == std::string_view::npos) return {};
  const auto begin = first + kTail.size();
  const auto second = glob.find(kTail, begin);
  return second == std::string_view::npos ? std::string_view()
                                          : glob.substr(begin, second + 1 - begin);
}

std::size_t count_captures(std::string_view glob) {
  std::size_t captures = 0;
  for (auto left = count_segments(glob); left > 0; --left) {
    if (form_of(take_segment(glob)) != SegmentForm::Literal) ++captures;
  }
  return captures;
}

void append_captures(std::string_view glob, std::string_view name,
                     std::vector<std::string_view>& captures) {
  auto between = between_tails(glob);
  for (auto left = count_segments(glob); left > 0; --left) {
    const auto pattern = take_segment(glob);
    const auto form = form_of(pattern);
    std::size_t count = 1;
    if (form == SegmentForm::Tail) {
      // Of two the first ends where the text between them begins.
      count = between.empty() ? count_segments(name) + 1 - left
                              : count_segments(name.substr(0, name.find(between)));
      between = {};
    }
    const auto covered = take_segments(name, count);
    if (form == SegmentForm::Literal) continue;
    captures.push_back(form == SegmentForm::Part ? *WildcardPattern(pattern).match(covered)
                                                 : covered);
  }
}

}  // namespace weir::mapping
