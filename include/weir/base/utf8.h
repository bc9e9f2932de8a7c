// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::base {

// True when `text` is well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

struct CodePoint {
  char32_t value = 0;
  // In bytes; 0 when the text does not begin with well-formed UTF-8.
  std::size_t size = 0;
};

// The code point at the beginning of `text`.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

// Appends `value`, a code point and no surrogate, as UTF-8.
void append_code_point(std::string& out, char32_t value);

}  // namespace weir::base
