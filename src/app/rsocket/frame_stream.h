// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "weir/net/asio.h"
#include "weir/net/endpoint.h"

namespace weir::app {

// A connection that weir makes and that carries RSocket frames. One read and one write may be under
// way at a time, and the stream must stay until they have ended. Nothing of it throws.
class FrameStream {
 public:
  FrameStream() = default;
  virtual ~FrameStream() = default;
  FrameStream(const FrameStream&) = delete;
  FrameStream& operator=(const FrameStream&) = delete;

  // To be called once, before anything else. The error when it cannot be made.
  virtual net::asio::awaitable<boost::system::error_code> open(net::Endpoint target) = 0;
  // The next frame, without its length; nothing once there is none.
  virtual net::asio::awaitable<std::optional<std::string>> read() = 0;
  // False when it cannot be sent.
  virtual net::asio::awaitable<bool> write(std::string frame) = 0;
  // Ends what is under way. Closing twice does nothing.
  virtual void close() = 0;
};

[[nodiscard]] std::unique_ptr<FrameStream> tcp_frame_stream(net::asio::io_context& context);
// `host` is that of the URL, with its port, and `path` what follows it.
[[nodiscard]] std::unique_ptr<FrameStream> websocket_frame_stream(net::asio::io_context& context,
                                                                  std::string host,
                                                                  std::string path);

}  // namespace weir::app
