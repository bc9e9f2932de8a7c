// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/top/layout.h"
#include "app/top/top_view.h"

namespace weir::app {

// The lines of the head: daemon, traffic, series, scrapes, losses.
[[nodiscard]] std::vector<ScreenLine> head_lines(const TopView& view, std::size_t columns,
                                                 bool is_utf8);

// The title of a section, which names its columns, and up to `rows_max` rows from `first`.
[[nodiscard]] std::vector<ScreenLine> section_lines(const TopView& view, Section section,
                                                    std::size_t first, std::size_t rows_max,
                                                    std::size_t columns);

// A bar for each value, as high as its share of the largest; the newest `columns` values.
[[nodiscard]] std::string sparkline(const std::vector<std::optional<double>>& values,
                                    std::size_t columns, bool is_utf8);

}  // namespace weir::app
