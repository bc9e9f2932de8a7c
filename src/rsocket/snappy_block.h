// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::rsocket {

// How long a block says that it is, unpacked. Nothing when it does not say.
[[nodiscard]] std::optional<std::size_t> unpacked_size(std::string_view block);
// Nothing when it is no Snappy block. Precondition: its size has been checked, for as many bytes
// are allocated.
[[nodiscard]] std::optional<std::string> unpack(std::string_view block);
[[nodiscard]] std::string pack(std::string_view text);

}  // namespace weir::rsocket
