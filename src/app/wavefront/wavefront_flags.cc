// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/wavefront_flags.h"

#include <chrono>
#include <cstdint>
#include <limits>

namespace weir::app {

namespace {

constexpr Range<std::uint64_t> kWide{1, std::numeric_limits<std::uint32_t>::max(),
                                     "from 1 to 4294967295"};
constexpr Range<std::chrono::nanoseconds> kIntervals{
    std::chrono::seconds(1), std::chrono::hours(24 * 365), "from 1s to 8760h"};

}  // namespace

void add_wavefront_flags(FlagSet& flags, WavefrontOptions& options) {
  flags.add(
      "wavefront.listen-tcp",
      "TCP address for Wavefront's lines, and for the same over HTTP as its proxy takes them. "
      "Repeatable.",
      options.tcp_addresses);
  flags.add("limits.wavefront-connections",
            "Most connections of Wavefront clients open at once, HTTP and lines together.",
            options.connections_max, kWide);
  flags.add_bytes(
      "limits.wavefront-body-bytes",
      "Longest HTTP body of a Wavefront client, as it is sent; longer ones are answered "
      "with 413.",
      options.body_bytes_max, kWide);
  flags.add_bytes("limits.wavefront-unpacked-bytes", "The same for a body with gzip, unpacked.",
                  options.unpacked_bytes_max, kWide);
}

void add_wavefront_write_flags(FlagSet& flags, WavefrontWriteOptions& options) {
  flags.add("wavefront.address",
            "Wavefront proxy (host:port, usually port 2878) to write everything to that a scrape "
            "shows; empty turns it off.",
            options.address);
  flags.show_no_default();
  flags.add("wavefront.interval", "How often to write to it.", options.interval, kIntervals);
  flags.add("wavefront.prefix", "What every name begins with there, such as `prod.`.",
            options.prefix);
  flags.show_no_default();
  flags.add("wavefront.source",
            "Source of series that have no label `source`; empty is the name of this host.",
            options.source);
  flags.show_no_default();
  flags.add("wavefront.rate", "Most lines a second to write there.", options.lines_per_second,
            kWide);
  flags.add_bytes(
      "limits.wavefront-queue-bytes",
      "Most bytes of lines that wait for --wavefront.address; for newer ones the oldest "
      "are dropped and counted.",
      options.queue_bytes_max, kWide);
}

}  // namespace weir::app
