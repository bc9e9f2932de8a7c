// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/base/result.h"

namespace weir::passthrough {

enum class SnappyFault : std::uint8_t {
  Corrupt,   // no Snappy, cut short, or with a wrong checksum
  TooLarge,  // longer than allowed once it is unpacked
};

// Unpacks one block of Snappy's raw format. Nothing is allocated for one that says it is longer
// than `bytes_max`. Any thread.
[[nodiscard]] base::Result<std::string, SnappyFault> uncompress_snappy_block(
    std::string_view packed, std::size_t bytes_max);

// Packs `plain` as one block of the raw format. Any thread.
[[nodiscard]] std::string compress_snappy_block(std::string_view plain);

// Unpacks Snappy's framing format, a stream of chunks with checksums, as HTTP bodies with the
// encoding `snappy` have it. Any thread.
[[nodiscard]] base::Result<std::string, SnappyFault> uncompress_snappy_stream(
    std::string_view packed, std::size_t bytes_max);

// Whether `packed` begins as a stream does.
[[nodiscard]] bool is_snappy_stream(std::string_view packed);

}  // namespace weir::passthrough
