// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::wavefront {

// A word of a line, without the quotes around it. Borrows from the line.
struct Word {
  std::string_view text;  // with the escapes of quotes, if it has any
  char quote = '\0';      // the kind of quotes that it was in
  bool is_escaped = false;
};

// Appends the word without its escapes: a backslash before a quote of its kind. Any other backslash
// is one.
void append_plain(std::string& out, const Word& word);

struct Tag {
  Word key;
  Word value;
};

// So many observations that are near to a value.
struct Centroid {
  std::uint32_t count = 0;
  double mean = 0;
};

enum class LineKind : std::uint8_t {
  Metric,
  Delta,         // what a counter has grown by: the name began with a delta sign
  Distribution,  // `!M`, `!H` or `!D`
};

// A line that was read. Borrows from it and from the parser.
struct Line {
  LineKind kind = LineKind::Metric;
  Word name;         // without the delta sign, never empty
  double value = 0;  // unless it is a distribution
  std::span<const Centroid> centroids;
  std::span<const Tag> tags;                 // the source among them, as it was sent
  std::optional<std::int64_t> unix_seconds;  // rounded down
};

enum class LineFault : std::uint8_t {
  Unsupported,  // a span, an event or the like, which weir has no place for
  MissingName,
  BadValue,
  BadTimestamp,
  BadTag,
  BadCentroid,
  MissingCentroids,
  UnmatchedQuote,
  ZeroByte,
  TooManyCentroids,  // for so long a name and tags
};

// `not a number`
[[nodiscard]] std::string_view text_of(LineFault fault);

}  // namespace weir::wavefront
