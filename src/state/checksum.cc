// SPDX-License-Identifier: Apache-2.0
#include "state/checksum.h"

#include <string>

#include <zlib.h>

#include "state/bytes.h"

namespace weir::state {

namespace {

std::uint32_t append(std::uint32_t sum, std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

std::uint32_t checksum(std::string_view bytes) { return append(0, bytes); }

std::uint32_t add_to_checksum(std::uint32_t sums, std::uint32_t sum) {
  std::string bytes;
  ByteWriter(bytes).put(sum);
  return append(sums, bytes);
}

std::uint32_t trailer_checksum(std::uint32_t sums, std::uint64_t blocks, std::uint64_t series) {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(blocks);
  out.put(series);
  return append(sums, bytes);
}

}  // namespace weir::state
