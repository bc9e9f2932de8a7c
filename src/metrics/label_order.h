// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metrics/text_order.h"

namespace weir::metrics {

// Compares two label bodies of equally many labels the way the reference orders series (6.5): by
// the unescaped values in label-name order. Negative, zero or positive; zero where all values are
// equal, whatever the names.
[[nodiscard]] int compare_label_values(std::string_view a, std::string_view b);

// The characters from `at` on of what that compares, value after value, each with its end.
[[nodiscard]] TextPiece value_piece(std::string_view body, std::size_t at);

// How many names there are in a list of label names, as SeriesRequest has it.
[[nodiscard]] std::uint32_t count_label_names(std::string_view names);

}  // namespace weir::metrics
