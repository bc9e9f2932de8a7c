// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob_grammar.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "mapping/findings.h"
#include "mapping/name_grammar.h"
#include "mapping/star_text.h"

namespace weir::mapping {

namespace {

constexpr std::string_view kHowToWrite =
    "write segments joined by dots, each `*` or a word of letters, digits, `_` and `-`";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// What to write in place of `segment`; "" when it is fine.
std::string_view segment_fault(std::string_view segment, bool is_first, bool is_after_tail) {
  const auto form = form_of(segment);
  if (form == SegmentForm::Any) return {};
  if (form == SegmentForm::Tail) {
    if (is_first) return "`**` cannot come first, put a word or `*` before it";
    return is_after_tail ? "a glob can have one `**`, write `*` for single segments" : "";
  }
  if (segment.find("**") != std::string_view::npos) {
    return "`**` stands alone between dots, write one `*` for a part of a segment";
  }
  if (std::ranges::count(segment, '*') > 1) {
    return "a segment can have one `*`, use a regex for more";
  }
  if (segment.empty()) return kHowToWrite;
  const bool is_clean = std::ranges::all_of(segment, [](char c) { return is_word(c) || c == '*'; });
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
  bool is_after_tail = false;
  for (std::size_t i = 0; i < segments; ++i) {
    const auto segment = take_segment(text);
    const auto fault = segment_fault(segment, i == 0, is_after_tail);
    if (!fault.empty()) return std::string(fault);
    is_after_tail = is_after_tail || form_of(segment) == SegmentForm::Tail;
  }
  return {};
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
  const auto segments = count_segments(glob);
  const auto tail_segments = count_segments(name) + 1 - segments;
  for (std::size_t i = 0; i < segments; ++i) {
    const auto pattern = take_segment(glob);
    const auto form = form_of(pattern);
    const auto covered = take_segments(name, form == SegmentForm::Tail ? tail_segments : 1);
    if (form == SegmentForm::Literal) continue;
    captures.push_back(form == SegmentForm::Part ? *StarText(pattern).covered_in(covered)
                                                 : covered);
  }
}

}  // namespace weir::mapping
