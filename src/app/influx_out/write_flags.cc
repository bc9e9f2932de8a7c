// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/write_flags.h"

#include <array>
#include <limits>
#include <string_view>

namespace weir::app {

namespace {

using Times = Range<std::chrono::nanoseconds>;

constexpr std::array<std::string_view, 2> kLayouts = {"prometheus", "micrometer"};
constexpr Times kIntervals{std::chrono::milliseconds(100), std::chrono::hours(24),
                           "from 100ms to 24h"};
constexpr Times kAges{std::chrono::seconds(1), std::chrono::nanoseconds::max(), "1s or more"};
constexpr Range<std::uint64_t> kBytes{1, std::numeric_limits<std::uint32_t>::max(),
                                      "from 1 to 4294967295"};

}  // namespace

void add_influx_write_flags(FlagSet& flags, InfluxWriteOptions& options) {
  flags.add_parsed(
      "influx.url",
      "InfluxDB to write all series to: http(s)://HOST:PORT/write?db=NAME of version "
      "1, or /api/v2/write?org=NAME&bucket=NAME of version 2.",
      "", {}, [&options](std::string_view text) { options.url = parse_influx_write_url(text); });
  flags.show_no_default();
  flags.add_choice("influx.layout",
                   "How series are written: a value for each sample, as on the page; or as "
                   "Micrometer's registry does, with what came since the time before.",
                   kLayouts, options.layout);
  flags.add("influx.interval", "How often all series are written.", options.interval, kIntervals);
  flags.add("influx.user", "User at the InfluxDB; without it INFLUX_USERNAME of the environment.",
            options.user);
  flags.add("influx.password-file",
            "File with the user's password; without it INFLUX_PASSWORD of the environment.",
            options.password_path);
  flags.add("influx.token-file",
            "File with a token of version 2; without it INFLUX_TOKEN of the environment.",
            options.token_path);
  flags.add("influx.ca-file",
            "PEM file with the authorities that may have signed the InfluxDB's certificate; "
            "without it those of the system.",
            options.ca_path);
  flags.add("influx.create-database",
            "Make the database of version 1 when the InfluxDB says that it has none.",
            options.creates_database);
  flags.add_bytes("limits.influx-queue-bytes",
                  "Most bytes, packed, that wait for the InfluxDB; past it the oldest are dropped "
                  "and counted.",
                  options.queue_bytes_max, kBytes);
  flags.add("limits.influx-queue-age",
            "Longest time that they wait; what is older is dropped and counted.", options.age_max,
            kAges);
}

}  // namespace weir::app
