// SPDX-License-Identifier: Apache-2.0
#include "weir/influx/tags.h"

namespace weir::influx {

namespace detail {

std::size_t find_unescaped(std::string_view text, std::size_t at, std::string_view ends) {
  while (true) {
    at = text.find_first_of(ends, at);
    if (at == std::string_view::npos) return text.size();
    if (text[at - 1] != '\\') return at;
    ++at;
  }
}

}  // namespace detail

namespace {

constexpr std::string_view kTypeTag = ",metric_type=";

Layout layout_named(std::string_view type) {
  if (type == "counter") return Layout::Counter;
  if (type == "gauge") return Layout::Gauge;
  if (type == "histogram" || type == "timer") return Layout::Histogram;
  if (type == "long_task_timer") return Layout::LongTaskTimer;
  return Layout::Fields;
}

bool is_escaped_here(char c) { return c == ',' || c == '=' || c == ' '; }

}  // namespace

Layout layout_of(std::string_view tags) {
  static_assert(kTypeTag.substr(1, kMetricTypeKey.size()) == kMetricTypeKey);
  const std::size_t at = tags.rfind(kTypeTag);
  if (at == std::string_view::npos || (at > 0 && tags[at - 1] == '\\')) return Layout::Fields;
  const std::size_t value = at + kTypeTag.size();
  const std::size_t end = detail::find_unescaped(tags, value, ",");
  return layout_named(tags.substr(value, end - value));
}

void append_unescaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '\\' && i + 1 < text.size() && is_escaped_here(text[i + 1]);
    if (!is_escape) out += text[i];
  }
}

std::string_view TagReader::unescaped(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return text;
  const std::size_t begin = scratch_.size();
  append_unescaped(scratch_, text);
  return std::string_view(scratch_).substr(begin);
}

}  // namespace weir::influx
