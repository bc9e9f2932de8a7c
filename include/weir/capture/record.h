// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::capture {

// One datagram of StatsD with all its lines, one line of a stream without its newline, or one line
// of another protocol, as it came in.
struct Record {
  double seconds = 0;  // since the capture began
  // `udp`, `tcp`, `unixgram` or `unixstream`; of other protocols `influx_http`, `influx_udp`,
  // `wavefront_http` or `wavefront_tcp`
  std::string_view transport;
  std::string_view sender;    // "" where it is not known, as on unix sockets
  std::string_view listener;  // of a unix socket, its path
  std::string_view bytes;
};

// Whether a record is of another protocol than StatsD, which no StatsD server reads.
constexpr bool is_foreign(const Record& record) {
  return record.transport.starts_with("influx_") || record.transport.starts_with("wavefront_");
}

// What the last line of a whole capture says.
struct End {
  double seconds = 0;
  std::uint64_t records = 0;
  std::uint64_t lost = 0;  // records that came in and are not in the file
};

// A line of a capture file without its newline may have as many bytes.
inline constexpr std::size_t kFileLineBytesMax = std::size_t{16} << 20U;

}  // namespace weir::capture
