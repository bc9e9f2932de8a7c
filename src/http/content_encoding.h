// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::http {

enum class ContentEncoding : std::uint8_t { Identity, Gzip, Zstd };

// As it is called in header fields: `gzip`.
[[nodiscard]] std::string_view coding_name(ContentEncoding encoding);

// What to send for the value of `Accept-Encoding`, by the reference's algorithm (RFC 9110 12.5.3,
// behaviour http.encoding): the names are case-sensitive, the greatest weight wins, a tie goes to
// the one that is enumerated first.
[[nodiscard]] ContentEncoding negotiate_encoding(std::string_view accept_encoding);

}  // namespace weir::http
