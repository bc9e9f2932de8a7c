// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "suggest/draft.h"
#include "weir/base/ascii.h"

namespace weir::suggest {

namespace {

// Words that YAML takes for something else than text.
bool is_keyword(std::string_view text) {
  constexpr auto kKeywords = std::to_array<std::string_view>(
      {"true", "false", "null", "yes", "no", "on", "off", "y", "n"});
  return std::ranges::any_of(kKeywords, [text](std::string_view keyword) {
    return base::equals_ignoring_case(text, keyword);
  });
}

bool is_plain(std::string_view text) {
  return !text.empty() && base::is_letter(text.front()) && !is_keyword(text) &&
         std::ranges::all_of(
             text, [](char c) { return base::is_word(c) || c == '.' || c == '*' || c == '-'; });
}

// In single quotes, where nothing but the quote is special.
std::string scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += c;
    out += c;
  }
  return out + '\'';
}

// In the order of EventKind.
constexpr std::array<std::string_view, sample::kEventKindCount> kKinds{"counter", "gauge",
                                                                       "observer", "set"};

}  // namespace

std::string entry_of(const Draft& draft) {
  auto out = fmt::format("- match: {}\n", scalar(draft.match));
  const auto add = [&out](std::string_view key, std::string_view value) {
    if (!value.empty()) out += fmt::format("  {}: {}\n", key, value);
  };
  if (draft.is_regex) add("match_type", "regex");
  if (draft.needs_kind || draft.kind == sample::EventKind::Set) {
    add("match_metric_type", kKinds[static_cast<std::size_t>(draft.kind)]);
  }
  if (draft.is_dropped) {
    add("action", "drop");
    add("name", "dropped");
    return out;
  }
  add("name", draft.metric());
  add("as", draft.is_up_down ? "gauge" : "");
  add("unit", draft.unit);
  add("scale", draft.scale);
  if (!draft.labels.empty()) out += "  labels:\n";
  for (const auto& label : draft.labels) {
    out += fmt::format("    {}: {}\n", scalar(label.name), label.value);
  }
  return out;
}

}  // namespace weir::suggest
