// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/log.h"
#include "weir/base/tally.h"
#include "weir/net/endpoint.h"

namespace boost::asio {
class io_context;
}

namespace weir::relay {

// A relay that cannot be built. `what()` is the reference's text:
// `unable to resolve target T, err: ...`.
class RelayError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What became of the lines handed to the relay: the same for every target, for lines are packed
// once. Written by the relay's thread, readable from any.
struct LineStats {
  base::Tally relayed;  // put into a packet
  base::Tally too_long;
};

// What became of the packets for one target. Written by the relay's thread, readable from any.
struct TargetStats {
  base::Tally packets;          // handed to the kernel, whether it took them or not
  base::Tally send_errors;      // packets that the kernel refused; they are not sent again
  base::Tally packets_dropped;  // the queue was full, or it was not empty at the end
  base::Tally lines_dropped;    // lines of refused and of dropped packets
  base::Tally resolve_errors;   // look-ups that found no address
  std::atomic<std::uint64_t> queue_packets{0};
};

// Reads and looks up a relay target, `host:port`: service names are allowed, an IPv4 address is
// preferred. May take as long as the resolver takes. Any thread. Throws ListenError with the
// reference's texts, LookupError for a name that is not found.
[[nodiscard]] net::Endpoint relay_endpoint(std::string_view target);

// Sends copies of StatsD lines on to other servers over UDP: whole lines, packed into datagrams,
// the same for all targets (behaviour relay.packets). Nothing here waits: what the kernel has no
// room for goes into a bounded queue, and what cannot be sent is counted and let go (difference
// Q19). All of it runs on the thread of the io_context, which must outlive the relay; `log` too.
// Destroy it when that context no longer runs.
class Relay {
 public:
  // Called on the thread that builds the relay, and then on threads that may outlive it.
  using Resolver = std::function<net::Endpoint(const std::string& target)>;

  struct Options {
    std::vector<std::string> targets;
    // 0 sends each line alone, of whatever length (a quirk of the reference).
    std::size_t packet_bytes_max = 1400;
    // For each target.
    std::size_t queue_packets_max = 1000;
    // How long a packet waits for more lines.
    std::chrono::milliseconds flush_interval{1000};
    // Between two look-ups of a name; 0: it is looked up once.
    std::chrono::milliseconds resolve_interval{30'000};
    Resolver resolver = relay_endpoint;
  };

  // Looks the targets up, and waits for it. A name that cannot be found is a warning when it is to
  // be looked up again: packets for it wait until then, as many as the queue holds. Throws
  // RelayError.
  Relay(boost::asio::io_context& context, const Options& options, const base::Log& log);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  void start();
  // Takes a line without its newline; an empty one is passed over. The bytes are copied.
  void on_line(std::string_view line);
  // Sends what is packed and queued, as far as the kernel takes it at once. Nothing can be relayed
  // after it.
  void stop();

  [[nodiscard]] const LineStats& line_stats() const;
  [[nodiscard]] std::size_t target_count() const;
  // As it was given.
  [[nodiscard]] const std::string& target(std::size_t index) const;
  [[nodiscard]] const TargetStats& target_stats(std::size_t index) const;

 private:
  class Sender;
  std::unique_ptr<Sender> sender_;
};

}  // namespace weir::relay
