// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::state {

// CRC-32, as zlib has it.
[[nodiscard]] std::uint32_t checksum(std::string_view bytes);
// `sums` is the checksum of the checksums so far; 0 of none.
[[nodiscard]] std::uint32_t add_to_checksum(std::uint32_t sums, std::uint32_t sum);
[[nodiscard]] std::uint32_t trailer_checksum(std::uint32_t sums, std::uint64_t blocks,
                                             std::uint64_t series);

}  // namespace weir::state
