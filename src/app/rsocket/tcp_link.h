// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "app/rsocket/app_connection.h"
#include "app/rsocket/byte_budget.h"
#include "app/rsocket/connected_apps.h"
#include "app/rsocket/link.h"
#include "weir/base/log.h"
#include "weir/net/asio.h"
#include "weir/rsocket/frame_splitter.h"

namespace weir::app {

// One buffer serves all connections: it is only used between two waits.
using ReadBuffer = std::array<char, 65'536>;

// An application that is connected by TCP. On the thread of RSocket; lives as long as something
// waits for its socket.
class TcpLink final : public Link {
 public:
  // Takes a new connection over. `apps`, `buffer` and `log` outlive it.
  static void open(net::TcpSocket socket, ConnectedApps& apps, ReadBuffer& buffer,
                   const base::Log& log);

  TcpLink(net::TcpSocket socket, ConnectedApps& apps, ReadBuffer& buffer, const base::Log& log);

  void flush() override;
  void end(ConnectionEnd reason) override;

 private:
  using Self = std::shared_ptr<TcpLink>;
  static net::asio::awaitable<void> read(Self link);
  static net::asio::awaitable<void> write_later(Self link);

  void read_for_one_wake();
  void take(std::string_view bytes);
  // False: the socket takes no more now, or is closed.
  bool send_some();
  bool send_current();

  net::TcpSocket socket_;
  ConnectedApps& apps_;
  ReadBuffer& buffer_;
  const base::Log& log_;
  std::weak_ptr<TcpLink> self_;
  rsocket::FrameSplitter splitter_;
  ByteLease lease_;
  AppConnection connection_;
  std::string current_;      // what is being sent, a frame with its length
  std::size_t sent_ = 0;     // of it
  bool is_waiting_ = false;  // to write
  bool has_ended_ = false;
};

}  // namespace weir::app
