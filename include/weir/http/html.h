// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::http {

// The quotes that are escaped with `&`, `<` and `>`. An attribute in double quotes needs no more
// than `Double`.
enum class HtmlQuotes : std::uint8_t { Double, Both };

// `text` as the text of an HTML element or the value of an attribute.
[[nodiscard]] std::string escape_html(std::string_view text, HtmlQuotes quotes);

}  // namespace weir::http
