// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/top/top_view.h"

namespace weir::app {

// How a line stands out, beside its words.
enum class Emphasis : std::uint8_t { None, Title, Alarm };

struct ScreenLine {
  // UTF-8 that fits the columns, without a newline or escape sequence.
  std::string text;
  Emphasis emphasis = Emphasis::None;
};

// What the person at the keys has chosen.
struct TopChoice {
  // All of its rows that fit; without one the three that most is asked of, side by side.
  std::optional<Section> section{};
  std::size_t first_row = 0;
  // Metrics by series instead of samples, labels by values instead of growth.
  bool is_other_order = false;
  bool shows_help = false;
};

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

// A screen of exactly `size.rows` lines. Less than 40 columns or 10 rows are taken for these.
[[nodiscard]] std::vector<ScreenLine> lay_out(const TopView& view, const TopChoice& choice,
                                              ScreenSize size, bool is_utf8);

// All sections one after the other, at most `rows_max` rows of each: for a file or a pipe.
[[nodiscard]] std::string plain_text(const TopView& view, std::size_t columns, std::size_t rows_max,
                                     bool is_utf8);

}  // namespace weir::app
