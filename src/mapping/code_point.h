// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::mapping {

struct CodePoint {
  char32_t value = 0;
  // In bytes; 0 when the text does not begin with well-formed UTF-8.
  std::size_t size = 0;
};

// The code point at the beginning of `text`.
CodePoint first_code_point(std::string_view text);

// `value` must be a code point and no surrogate.
void append_code_point(std::string& out, char32_t value);

}  // namespace weir::mapping
