// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/tally.h"
#include "weir/net/activity.h"
#include "weir/net/allow_list.h"
#include "weir/net/datagram_sink.h"
#include "weir/net/open_socket.h"

namespace boost::asio {
class io_context;
}

namespace weir::net {

// Asked of the kernel for UDP when the operator names no size: about 20,000 small datagrams, a
// burst of a tenth of a second.
inline constexpr int kReceiveBufferBytesDefault = 8'388'608;

// Written by the listener's thread, readable from any.
struct DatagramStats {
  base::Tally packets;  // handed on, and their bytes
  base::Tally bytes;
  base::Tally receive_calls;  // system calls, empty and failed ones too
  base::Tally read_errors;
  base::Tally truncated;  // datagrams longer than 65,535 bytes; what arrived is handed on
  base::Tally truncated_bytes;
  base::Tally refused;  // datagrams of senders that are not in the allow-list, and their bytes
  base::Tally refused_bytes;
  base::Tally kernel_drops;  // datagrams that found the receive buffer full; none on a unix socket,
                             // whose senders wait or get an error
};

// Receives datagrams on one socket, UDP or unix, and hands them on in batches. All of it runs on
// the thread of the io_context, which must outlive the listener; `sink` and `log` too. Destroy it
// when that context no longer runs.
class DatagramListener {
 public:
  struct Options {
    // 0 asks for kReceiveBufferBytesDefault, by force where the process may; on a unix socket,
    // where the kernel counts messages and not bytes, it asks for nothing. Any other value is
    // passed to SO_RCVBUF as it is; the kernel takes a negative one for its maximum (behaviour
    // listen.receive-buffer).
    int receive_buffer_bytes = 0;
    std::size_t batch_size = 32;
    // Ends a drain under constant load, so that the thread's other sockets get their turn.
    std::size_t batches_per_wake_max = 16;
    // Who may send. Not asked on a unix socket, whose file's mode decides.
    AllowList allow_from{};
  };
  // Called once, on the listener's thread, when reading has failed for good (difference Q20).
  using FailureHandler = std::function<void(const std::string& reason)>;

  // Takes over a datagram socket, and its file. Throws ListenError when the socket's receive buffer
  // cannot be set: `set udp A: setsockopt: ...`.
  DatagramListener(boost::asio::io_context& context, BoundSocket socket, const Options& options,
                   DatagramSink& sink, const base::Log& log);
  ~DatagramListener();
  DatagramListener(const DatagramListener&) = delete;
  DatagramListener& operator=(const DatagramListener&) = delete;

  void start(FailureHandler on_failure);
  // Reads what the socket holds, until it is empty or the clock has reached `deadline`.
  void drain(base::TimePoint deadline);
  // Closes the socket and removes its file. What the kernel still holds is lost: drain first.
  void stop();
  // Asks the kernel for its drops. Done once a second anyway.
  void refresh_kernel_drops();

  [[nodiscard]] const DatagramStats& stats() const;
  // The size the kernel granted, as it counts: twice the size asked for. Any thread.
  [[nodiscard]] std::uint64_t receive_buffer_bytes() const;
  // How many datagrams wait at most: on a unix socket, where the kernel counts them; 0 for UDP.
  [[nodiscard]] std::size_t queue_datagrams() const;
  // Any thread. Pressure is estimated where few datagrams are taken at once.
  [[nodiscard]] const Activity& activity() const;
  // As messages name it. Any thread.
  [[nodiscard]] const std::string& address() const;
  // 0 for a unix socket.
  [[nodiscard]] std::uint16_t local_port() const;
  [[nodiscard]] int native_handle() const;

 private:
  class Receiver;
  std::unique_ptr<Receiver> receiver_;
};

}  // namespace weir::net
