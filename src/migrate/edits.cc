// SPDX-License-Identifier: Apache-2.0
#include "migrate/edits.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir::migrate {

namespace {

std::size_t count_breaks(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

void Edits::replace(std::size_t begin, std::size_t end, std::string text) {
  edits_.push_back({begin, end, std::move(text)});
}

std::vector<Edits::Edit> Edits::sorted() const {
  auto edits = edits_;
  std::ranges::stable_sort(edits, {},
                           [](const Edit& edit) { return std::tuple(edit.begin, edit.end); });
  return edits;
}

std::optional<std::string> Edits::applied(std::string_view text) const {
  std::string result;
  std::size_t at = 0;
  for (const auto& [begin, end, replacement] : sorted()) {
    if (begin < at) return std::nullopt;
    result.append(text.substr(at, begin - at)).append(replacement);
    at = end;
  }
  result.append(text.substr(at));
  return result;
}

std::size_t Edits::line_before(std::string_view text, std::size_t line) const {
  std::size_t now = 1;
  std::size_t before = 1;
  std::size_t at = 0;
  for (const auto& [begin, end, replacement] : sorted()) {
    const auto kept = count_breaks(text.substr(at, begin - at));
    if (line <= now + kept) break;
    now += kept + count_breaks(replacement);
    before += kept;
    if (line <= now) return before;
    before += count_breaks(text.substr(begin, end - begin));
    at = end;
  }
  return before + (line - now);
}

}  // namespace weir::migrate
