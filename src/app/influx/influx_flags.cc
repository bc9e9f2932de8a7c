// SPDX-License-Identifier: Apache-2.0
#include "app/influx/influx_flags.h"

#include <cstdint>
#include <limits>

namespace weir::app {

namespace {

constexpr Range<std::uint64_t> kWide{1, std::numeric_limits<std::uint32_t>::max(),
                                     "from 1 to 4294967295"};

}  // namespace

void add_influx_flags(FlagSet& flags, InfluxOptions& options) {
  flags.add("influx.listen-http",
            "Address for InfluxDB's HTTP API: /write, /api/v2/write, /ping and CREATE DATABASE. "
            "Repeatable.",
            options.http_addresses);
  flags.add("influx.listen-udp",
            "UDP address for InfluxDB lines, with times in nanoseconds. Repeatable.",
            options.udp_addresses);
  flags.add("limits.influx-connections", "Most HTTP connections of InfluxDB clients open at once.",
            options.connections_max, kWide);
  flags.add_bytes("limits.influx-body-bytes",
                  "Longest body of a write of an InfluxDB client, as it is sent; longer ones are "
                  "answered with 413.",
                  options.body_bytes_max, kWide);
  flags.add_bytes("limits.influx-unpacked-bytes", "The same for a body with gzip, unpacked.",
                  options.unpacked_bytes_max, kWide);
}

}  // namespace weir::app
