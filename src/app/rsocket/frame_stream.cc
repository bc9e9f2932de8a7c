// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/frame_stream.h"

#include <array>
#include <cstring>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "weir/rsocket/frame_splitter.h"

namespace weir::app {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;

// A proxy sends keys, and nothing longer.
constexpr std::size_t kFrameBytesMax = 65'536;

net::asio::ip::tcp::endpoint address_of(const net::Endpoint& target) {
  net::asio::ip::tcp::endpoint address;
  address.resize(target.length);
  std::memcpy(address.data(), &target.address, target.length);
  return address;
}

class TcpFrameStream final : public FrameStream {
 public:
  explicit TcpFrameStream(net::asio::io_context& context)
      : socket_(context), splitter_(kFrameBytesMax) {}

  net::asio::awaitable<error_code> open(net::Endpoint target) override {
    const auto address = address_of(target);
    const auto [error] = co_await socket_.async_connect(address);
    co_return error;
  }

  net::asio::awaitable<std::optional<std::string>> read() override {
    while (!splitter_.is_broken()) {
      if (const auto frame = splitter_.next()) co_return std::string(*frame);
      if (splitter_.is_broken()) break;
      const auto buffer = net::asio::buffer(bytes_);
      const auto [error, size] = co_await socket_.async_read_some(buffer);
      if (error) break;
      splitter_.append({bytes_.data(), size});
    }
    co_return std::nullopt;
  }

  net::asio::awaitable<bool> write(std::string frame) override {
    const std::string bytes = rsocket::frame_length(frame.size()) + frame;
    const auto buffer = net::asio::buffer(bytes);
    const auto [error, size] = co_await net::asio::async_write(socket_, buffer);
    co_return !error;
  }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  net::TcpSocket socket_;
  rsocket::FrameSplitter splitter_;
  std::array<char, 4096> bytes_{};
};

class WebSocketFrameStream final : public FrameStream {
 public:
  WebSocketFrameStream(net::asio::io_context& context, std::string host, std::string path)
      : stream_(context), host_(std::move(host)), path_(std::move(path)) {
    stream_.binary(true);
    // rsocket-java takes a fragment for a frame.
    stream_.auto_fragment(false);
    stream_.read_message_max(kFrameBytesMax);
  }

  net::asio::awaitable<error_code> open(net::Endpoint target) override {
    const auto address = address_of(target);
    const auto [failure] = co_await stream_.next_layer().async_connect(address);
    if (failure) co_return failure;
    const auto [error] = co_await stream_.async_handshake(host_, path_);
    co_return error;
  }

  net::asio::awaitable<std::optional<std::string>> read() override {
    beast::flat_buffer buffer;
    const auto [error, size] = co_await stream_.async_read(buffer);
    if (error) co_return std::nullopt;
    co_return beast::buffers_to_string(buffer.cdata());
  }

  net::asio::awaitable<bool> write(std::string frame) override {
    const auto buffer = net::asio::buffer(frame);
    const auto [error, size] = co_await stream_.async_write(buffer);
    co_return !error;
  }

  void close() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  beast::websocket::stream<net::TcpSocket> stream_;
  const std::string host_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<FrameStream> tcp_frame_stream(net::asio::io_context& context) {
  return std::make_unique<TcpFrameStream>(context);
}

std::unique_ptr<FrameStream> websocket_frame_stream(net::asio::io_context& context,
                                                    std::string host, std::string path) {
  return std::make_unique<WebSocketFrameStream>(context, std::move(host), std::move(path));
}

}  // namespace weir::app
