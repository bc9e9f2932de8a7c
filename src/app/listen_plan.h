// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/options.h"
#include "weir/base/log.h"
#include "weir/net/endpoint.h"
#include "weir/net/open_socket.h"
#include "weir/sample/protocol.h"

namespace weir::app {

// Why the daemon cannot start, as one line of its log: the reference's message and attributes
// (behaviour start.errors).
class StartError : public std::runtime_error {
 public:
  // An empty `key` makes the reason itself the message.
  StartError(std::string message, std::string key, const std::string& reason)
      : std::runtime_error(reason), message_(std::move(message)), key_(std::move(key)) {}
  // The same with the address in question.
  StartError(std::string message, std::string address, std::string key, const std::string& reason)
      : std::runtime_error(reason),
        message_(std::move(message)),
        key_(std::move(key)),
        address_(std::move(address)) {}

  // The same error with the flag whose value is wrong, as `flag=`.
  [[nodiscard]] StartError with_flag(std::string_view flag) const {
    StartError error = *this;
    error.flag_ = flag;
    return error;
  }

  // The same error with what is in the way, as `found=`.
  [[nodiscard]] StartError with_found(std::string_view found) const {
    StartError error = *this;
    error.found_ = found;
    return error;
  }

  void log_to(const base::Log& log) const;

 private:
  std::string message_;
  std::string key_;
  std::string address_;
  std::string flag_;
  std::string found_;
};

// What brings lines: the first four StatsD's.
enum class ListenerKind : std::uint8_t {
  Udp,
  Tcp,
  Unixgram,
  Unixstream,
  InfluxHttp,
  InfluxUdp,
  WavefrontHttp,
  WavefrontTcp,
};

// As labels and messages name it: `udp`, `tcp`, `unixgram`, `unixstream`, `influx_http`,
// `influx_udp`, `wavefront_http`, `wavefront_tcp`.
[[nodiscard]] std::string_view name_of(ListenerKind kind);
// The one of that name.
[[nodiscard]] std::optional<ListenerKind> kind_named(std::string_view name);

// What the lines of such a listener are written in.
[[nodiscard]] constexpr sample::Protocol protocol_of(ListenerKind kind) {
  if (kind < ListenerKind::InfluxHttp) return sample::Protocol::Statsd;
  return kind < ListenerKind::WavefrontHttp ? sample::Protocol::Influx
                                            : sample::Protocol::Wavefront;
}

// Where to listen for StatsD, looked up once for all workers.
struct ListenPlan {
  std::vector<net::Endpoint> udp;
  std::vector<net::Endpoint> tcp;
  std::vector<net::Endpoint> unixgram;
  std::vector<net::Endpoint> unixstream;
};

// Where to listen, as the operator wrote it.
struct ListenAddresses {
  std::vector<std::string> udp;
  std::vector<std::string> tcp;
  std::vector<std::string> unixgram;
  std::vector<std::string> unixstream;
  std::vector<std::string> web;

  // No StatsD.
  [[nodiscard]] bool has_no_statsd() const {
    return udp.empty() && tcp.empty() && unixgram.empty() && unixstream.empty();
  }
};

// Throws StartError: an address is wrong.
[[nodiscard]] ListenPlan plan_listeners(const ListenAddresses& addresses);

// The sockets that one worker listens on.
struct ListenSockets {
  std::vector<net::BoundSocket> udp;
  std::vector<net::BoundSocket> unixgram;
  std::vector<net::BoundSocket> tcp;
  std::vector<net::BoundSocket> unixstream;

  [[nodiscard]] bool empty() const {
    return udp.empty() && unixgram.empty() && tcp.empty() && unixstream.empty();
  }
};

// The addresses of `sockets`, which are the first of those that were opened for `addresses`, with
// the ports that the kernel chose, and of other sockets after these.
struct ShownAddresses {
  std::string udp;
  std::string tcp;
  std::string unixgram;
  std::string unixstream;
  // Shown when they are opened.
  std::string influx_http;
  std::string influx_udp;
  std::string wavefront;
  std::string web;
};
[[nodiscard]] ShownAddresses shown_addresses(const ListenAddresses& addresses,
                                             const ListenSockets& opened,
                                             const ListenSockets& others);
[[nodiscard]] std::string shown_addresses(const std::vector<std::string>& addresses,
                                          const std::vector<net::BoundSocket>& opened,
                                          const std::vector<net::BoundSocket>& others);

// Opens what `plan` names, for all workers: one element for each. The first has a socket for every
// endpoint, the others share its ports, those that the kernel chose too; only one worker can listen
// at a path. Throws StartError.
[[nodiscard]] std::vector<ListenSockets> open_listeners(const ListenPlan& plan,
                                                        const Options& options,
                                                        const base::Log& log);

// A line for each kind of traffic that is accepted.
void log_listeners(const Options& options, const ShownAddresses& shown, const base::Log& log);

// Why a listener of `kind` cannot start.
[[nodiscard]] StartError start_error(ListenerKind kind, const net::ListenError& error);

}  // namespace weir::app
