// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::influx {

// Before each tag; as a sample carries its tags, before all of them, even where there are none.
inline constexpr char kTagMarker = ',';

// Whether an identity field of a sample has such tags; those of StatsD begin otherwise.
constexpr bool is_tags(std::string_view field) { return field.starts_with(kTagMarker); }

// The tag in which Micrometer says what a meter is.
inline constexpr std::string_view kMetricTypeKey = "metric_type";

// What the fields of a point are, as that tag says. Any other text, or no such tag, is `Fields`.
enum class Layout : std::uint8_t { Fields, Counter, Gauge, Histogram, LongTaskTimer };
[[nodiscard]] Layout layout_of(std::string_view tags);

// Appends `text` without the backslashes of the escapes that a key may have.
void append_unescaped(std::string& out, std::string_view text);

namespace detail {

// The first of `ends` from `at` on that has no backslash before it; the end of `text` without one.
// Precondition: `at` is above 0.
std::size_t find_unescaped(std::string_view text, std::size_t at, std::string_view ends);

}  // namespace detail

// Calls `visit(key, value)`, both as sent, for each tag of a point's tags, which were read before.
template <typename Visit>
void for_each_tag(std::string_view tags, const Visit& visit) {
  std::size_t at = 1;
  while (at < tags.size()) {
    const std::size_t equals = detail::find_unescaped(tags, at, "=");
    if (equals == tags.size()) return;
    const std::size_t end = detail::find_unescaped(tags, equals + 1, ",");
    visit(tags.substr(at, equals - at), tags.substr(equals + 1, end - equals - 1));
    at = end + 1;
  }
}

// Gives the tags of a sample that came as a point. Remembers nothing but scratch memory.
class TagReader {
 public:
  // Calls `visit(key, value)` for each tag but the one that `layout_of` reads. The texts are good
  // until the next call.
  template <typename Visit>
  void read(std::string_view tags, const Visit& visit) {
    scratch_.clear();
    scratch_.reserve(tags.size());
    const bool has_layout = layout_of(tags) != Layout::Fields;
    for_each_tag(tags, [&](std::string_view key, std::string_view value) {
      if (has_layout && key == kMetricTypeKey) return;
      const std::string_view plain_key = unescaped(key);
      visit(plain_key, unescaped(value));
    });
  }

 private:
  std::string_view unescaped(std::string_view text);

  std::string scratch_;
};

}  // namespace weir::influx
