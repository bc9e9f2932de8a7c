// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::base {

// Appends `bytes` as base64 with padding (RFC 4648).
void append_base64(std::string& out, std::string_view bytes);

// The bytes that `text`, base64 with its padding, is made of; bits of the last digit that belong to
// no byte are let pass. None for any other text.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace weir::base
