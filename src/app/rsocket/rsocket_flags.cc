// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/rsocket_flags.h"

#include <cstdint>
#include <limits>

#include "weir/rsocket/frame_splitter.h"

namespace weir::app {

namespace {

constexpr Range<std::uint64_t> kWide{1, std::numeric_limits<std::uint32_t>::max(),
                                     "from 1 to 4294967295"};
// A key and its head fit in any case.
constexpr Range<std::uint64_t> kFrames{1024, rsocket::kFrameBytesMax, "from 1024 to 16777215"};
// A deferred answer has a minute.
constexpr Range<std::chrono::nanoseconds> kScrapes{std::chrono::milliseconds(10),
                                                   std::chrono::seconds(50), "from 10ms to 50s"};
constexpr Range<std::chrono::nanoseconds> kPushes{std::chrono::milliseconds(1),
                                                  std::chrono::hours(24), "from 1ms to 24h"};

void add_limits(FlagSet& flags, RsocketOptions& options) {
  flags.add("limits.rsocket-connections", "Most RSocket connections of applications open at once.",
            options.connections_max, kWide);
  flags.add_bytes("limits.rsocket-frame-bytes",
                  "Longest RSocket frame of an application; a connection with a longer one is "
                  "closed.",
                  options.frame_bytes_max, kFrames);
  flags.add_bytes("limits.rsocket-page-bytes",
                  "Longest page of an application, unpacked; a longer one is left out.",
                  options.page_bytes_max, kWide);
  flags.add_bytes("limits.rsocket-bytes",
                  "Most memory for frames that are not whole, pages of scrapes under way and "
                  "pushes of applications, together.",
                  options.bytes_max);
}

}  // namespace

void add_rsocket_flags(FlagSet& flags, RsocketOptions& options) {
  flags.add("rsocket.listen-tcp",
            "TCP address for Prometheus RSocket clients; /metrics/connected then has what they "
            "answer, and /metrics/proxy what the proxy counts. Repeatable.",
            options.tcp_addresses);
  flags.add("rsocket.listen-websocket", "The same for clients that use WebSocket. Repeatable.",
            options.websocket_addresses);
  flags.add_choice("rsocket.key",
                   "What applications encrypt their pages with: rsa, a key that is made at the "
                   "start, or plaintext, nothing. With plaintext they push nothing when they end.",
                   kRsocketKeys, options.key);
  flags.add("rsocket.merge",
            "Show each family of /metrics/connected once, with the series of all applications. "
            "Without it their pages follow one another, as the Java proxy has them.",
            options.has_merge);
  flags.add("rsocket.scrape-timeout",
            "Longest time that a scrape of /metrics/connected waits for applications; half a "
            "second less than the scraper says that it waits, where that is shorter.",
            options.scrape_timeout, kScrapes);
  flags.add("rsocket.push-scrapes",
            "Show what an application has pushed when it ended in as many scrapes; 0: in all, "
            "until --rsocket.push-time is over.",
            options.push_scrapes);
  flags.add("rsocket.proxy-url",
            "Another RSocket proxy that is to scrape weir, where nothing else can: "
            "tcp://HOST:PORT or ws://HOST:PORT/PATH. weir connects to it, and pushes its page when "
            "it ends.",
            options.proxy_url);
  flags.add("rsocket.push-time", "Longest time that a push is shown.", options.push_time, kPushes);
  add_limits(flags, options);
}

}  // namespace weir::app
