// SPDX-License-Identifier: Apache-2.0
#include "mapping/findings.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "weir/base/escape.h"
#include "weir/mapping/config_error.h"

namespace weir::mapping {

namespace {

constexpr std::size_t kShownBytesMax = 200;

}  // namespace

std::string shown(std::string_view text) {
  auto out = base::visible(base::beginning_of(text, kShownBytesMax));
  if (text.size() > kShownBytesMax) out += "...";
  return out;
}

void Findings::fault(Place place, std::string message) {
  if (has_fault_ && first_fault_.place <= place) return;
  has_fault_ = true;
  first_fault_ = {place, std::move(message)};
}

void Findings::warn(Place place, std::string message) {
  if (warnings_.size() == kWarningsMax) {
    ++warnings_left_out_;
    return;
  }
  warnings_.push_back({place, std::move(message)});
}

void Findings::throw_first_fault() const {
  if (!has_fault_) return;
  const auto& [place, message] = first_fault_;
  throw ConfigError(file_, place.line, place.column, message);
}

std::vector<std::string> Findings::warnings() const {
  auto sorted = warnings_;
  std::ranges::stable_sort(sorted, {}, &Finding::place);
  std::vector<std::string> lines;
  lines.reserve(sorted.size() + 1);
  for (const auto& [place, message] : sorted) {
    lines.push_back(
        base::visible(fmt::format("{}:{}:{}: {}", file_, place.line, place.column, message)));
  }
  if (warnings_left_out_ > 0) {
    lines.push_back(fmt::format("{}: {} more warnings are not shown, fix these first",
                                base::visible(file_), warnings_left_out_));
  }
  return lines;
}

}  // namespace weir::mapping
