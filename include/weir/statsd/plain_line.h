// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/plain_number.h"
#include "weir/statsd/sample.h"

namespace weir::statsd {

namespace detail {

inline constexpr std::uint8_t kNoKind = 255;

// By the first letter of the type; a timer has a second one.
inline constexpr std::array<std::uint8_t, 256> kKinds = [] {
  std::array<std::uint8_t, 256> kinds{};
  kinds.fill(kNoKind);
  kinds['c'] = static_cast<std::uint8_t>(SampleKind::Counter);
  kinds['g'] = static_cast<std::uint8_t>(SampleKind::Gauge);
  kinds['m'] = static_cast<std::uint8_t>(SampleKind::Timer);
  kinds['h'] = static_cast<std::uint8_t>(SampleKind::Histogram);
  kinds['d'] = static_cast<std::uint8_t>(SampleKind::Distribution);
  return kinds;
}();

// Reads the type that stands in [at, at + size). Kinds come in any order, so there is no branch for
// each.
inline bool read_kind(const char* at, std::size_t size, SampleKind& kind) {
  if (size == 0) return false;
  const std::uint8_t found = kKinds[static_cast<unsigned char>(*at)];
  const std::size_t is_timer = found == static_cast<std::uint8_t>(SampleKind::Timer) ? 1 : 0;
  if (found == kNoKind || size != 1 + is_timer) return false;
  kind = static_cast<SampleKind>(found);
  return is_timer == 0 || at[1] == 's';
}

}  // namespace detail

// Reads the line at `at`, in a datagram that ends at `end`, if it has the shape of nearly all that
// is sent: `NAME:NUMBER|TYPE`, or with dogstatsd `NAME:NUMBER|TYPE|#TAGS`, where the number is a
// short decimal without a sign and stands not far from the line's begin. Returns the line's end,
// its newline or `end`; null when the line has any other shape, and then `sample`, which has to be
// new, means nothing.
//
// It checks no more than the shape. What `LineParser` would still refuse, it refuses for what
// stands in the name and the tags: whoever finds the sample's identity among those that
// `LineParser` accepted knows that this line is good, and otherwise has to ask it.
inline const char* read_plain_line(const char* at, const char* end, const Dialects& dialects,
                                   Sample& sample) {
  // Where things stand is found without looking at what they are, so that the next line can be
  // begun before this one is understood.
  const base::Delimiters found = base::find_delimiters(at, end, ':', '|', '\n');
  const std::uint64_t behind_bar = found.ends & (found.ends - 1);
  if (found.firsts == 0 || behind_bar == 0) return nullptr;
  const auto size = static_cast<std::size_t>(end - at);
  const auto colon = static_cast<std::size_t>(__builtin_ctzll(found.firsts));
  const auto bar = static_cast<std::size_t>(__builtin_ctzll(found.ends));
  const auto type_end = static_cast<std::size_t>(__builtin_ctzll(behind_bar));
  if (colon > bar || at[bar] != '|') return nullptr;
  sample.name = {at, colon};
  if (!detail::read_kind(at + bar + 1, type_end - bar - 1, sample.kind)) return nullptr;
  if (!read_plain_number(at + colon + 1, bar - colon - 1, end, sample.value)) return nullptr;
  if (type_end == size || at[type_end] == '\n') return at + type_end;

  const char* const tags = at + type_end + 1;
  if (!dialects.dogstatsd || tags == end || *tags != '#') return nullptr;
  const std::uint64_t behind_type = behind_bar & (behind_bar - 1);
  const char* const stop = behind_type != 0 ? at + __builtin_ctzll(behind_type)
                                            : base::find_either(at + found.size, end, '|', '\n');
  // Fields that follow, and the carriage return that a line may end with, are left to the parser.
  if ((stop != end && *stop == '|') || stop[-1] == '\r') return nullptr;
  static_cast<void>(sample.fields.add({tags, static_cast<std::size_t>(stop - tags)}));
  return stop;
}

}  // namespace weir::statsd
