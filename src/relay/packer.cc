// SPDX-License-Identifier: Apache-2.0
#include "relay/packer.h"

#include <algorithm>

namespace weir::relay {

namespace {

// No datagram is longer, so a larger limit gets its memory only when lines come for it.
constexpr std::size_t kReservedBytesMax = 65'536;

}  // namespace

Packer::Packer(std::size_t packet_bytes_max) : packet_bytes_max_(packet_bytes_max) {
  bytes_.reserve(std::min(packet_bytes_max, kReservedBytesMax));
}

}  // namespace weir::relay
