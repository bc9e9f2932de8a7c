// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/passthrough/family.h"

namespace weir::passthrough {

// What a page may have; one that has more is refused.
struct ParseLimits {
  std::size_t bytes_max = std::size_t{16} << 20;
  std::size_t samples_max = 100'000;
  // Of one sample.
  std::size_t labels_max = 64;
};

enum class TextFormat : std::uint8_t {
  Prometheus,   // text 0.0.4
  OpenMetrics,  // 1.0
  Detect,       // OpenMetrics if the last line is `# EOF`, else Prometheus
};

// Why a page is refused, and where.
struct ParseError {
  // Both from 1; the column counts bytes. 0 when it is about the whole page.
  std::size_t line = 0;
  std::size_t column = 0;
  // A clause on one line of UTF-8. For text 0.0.4 in the words of Prometheus' own parser, of which
  // Pushgateway's answers are made.
  std::string what;
};

// Reads a page of the text format 0.0.4 or of OpenMetrics 1.0: families in the order in which they
// begin, those without samples left out. Each line ends in a line feed, but `# EOF` need not. Names
// are legacy names; exemplars and `_created` samples of OpenMetrics are dropped. Of a page with a
// mistake nothing is returned. Memory is in proportion to the page. Any thread.
[[nodiscard]] base::Result<std::vector<Family>, ParseError> parse_text(
    std::string_view page, const ParseLimits& limits, TextFormat format = TextFormat::Detect);

}  // namespace weir::passthrough
