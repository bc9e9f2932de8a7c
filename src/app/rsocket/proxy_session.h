// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/rsocket/frame_stream.h"
#include "app/rsocket/proxy_client.h"
#include "weir/base/log.h"
#include "weir/rsocket/connection.h"

namespace weir::app {

// One connection to a proxy, from its SETUP to its end. Main thread. Held by what waits for it.
class ProxySession final : public rsocket::ConnectionHandler {
 public:
  using Self = std::shared_ptr<ProxySession>;

  // All of it must outlive the session.
  ProxySession(boost::asio::io_context& context, std::unique_ptr<FrameStream> stream,
               const ProxyClient::MakePage& make_page, ProxyClientCounts& counts,
               const base::Log& log);

  // Called when the proxy gives a key for the first time: it knows weir from then on.
  void on_first_key(std::function<void()> handler) { on_first_key_ = std::move(handler); }
  [[nodiscard]] FrameStream& stream() { return *stream_; }
  // Sends and receives until the connection ends.
  static net::asio::awaitable<void> run(Self session);
  static void tick(const Self& session);
  // Sends the page without being asked; `on_end` is called once it has been taken or cannot be.
  static void push(const Self& session, std::function<void(bool is_taken)> on_end);
  void close();

  void on_ready() override {}
  void on_request(std::uint32_t stream, rsocket::Interaction interaction,
                  const rsocket::Payload& payload) override;
  void on_answer(std::uint32_t stream, const rsocket::Payload& payload) override;
  void on_failure(std::uint32_t stream, std::string_view text) override;

 private:
  static net::asio::awaitable<void> write(Self session);
  static net::asio::awaitable<void> answer(Self session, std::uint32_t stream, std::string key);
  static net::asio::awaitable<void> send_push(Self session);
  static net::asio::awaitable<std::string> read_page(Self session);
  static void spawn(const Self& session, net::asio::awaitable<void> work);
  static void flush(const Self& session);
  static void answer_all(const Self& session);

  void finish_push(bool is_taken);

  boost::asio::io_context& context_;
  const std::unique_ptr<FrameStream> stream_;
  const ProxyClient::MakePage& make_page_;
  ProxyClientCounts& counts_;
  const base::Log& log_;
  rsocket::Connection protocol_;
  std::function<void()> on_first_key_;
  std::string key_;  // the last one, for a push
  // Requests that came while a frame was read.
  std::vector<std::pair<std::uint32_t, std::string>> asked_;
  std::optional<std::uint32_t> push_stream_;
  std::function<void(bool)> on_push_end_;
  std::size_t pages_ = 0;  // being made
  bool is_writing_ = false;
  bool has_ended_ = false;
};

}  // namespace weir::app
