// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::http {

enum class ContentEncoding : std::uint8_t { Identity, Gzip };

// What to send for the value of `Accept-Encoding`, by the reference's algorithm (RFC 9110 12.5.3,
// behaviour http.encoding): the names are case-sensitive, the greatest weight wins, a tie goes to
// identity.
[[nodiscard]] ContentEncoding negotiate_encoding(std::string_view accept_encoding);

}  // namespace weir::http
