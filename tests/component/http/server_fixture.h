// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "loopback.h"
#include "weir/http/server.h"

namespace weir::http {
inline constexpr std::chrono::milliseconds kShort{30};
inline constexpr std::size_t kPieceBytes = 65'536;

// Yields pieces while any are left, and says when it is gone.
class Watched : public ChunkSource {
 public:
  struct State {
    int pieces_left = 1'000'000;
    int pieces_made = 0;
    bool throws_next = false;
    bool is_gone = false;
  };
  explicit Watched(State& state) : state_(state) {}
  ~Watched() override { state_.is_gone = true; }
  bool next(std::string& chunk) override {
    if (state_.throws_next) throw std::runtime_error("source");
    chunk.append(kPieceBytes, 'x');
    ++state_.pieces_made;
    return --state_.pieces_left > 0;
  }

 private:
  State& state_;
};

// Has nothing until it is done, and would not be for a long time.
class Slow : public ChunkSource {
 public:
  struct State {
    int calls_left = 1'000'000;
    bool is_done = false;
  };
  explicit Slow(State& state) : state_(state) {}
  bool next(std::string& chunk) override {
    if (!state_.is_done && --state_.calls_left > 0) return true;
    chunk += "late";
    return false;
  }

 private:
  State& state_;
};

// Has what the test puts there, and would go on for ever.
class Live : public ChunkSource {
 public:
  struct State {
    std::string ready;
    bool has_more = true;
    int calls = 0;
    bool is_gone = false;
  };
  explicit Live(State& state) : state_(state) {}
  ~Live() override { state_.is_gone = true; }
  bool next(std::string& chunk) override {
    ++state_.calls;
    chunk += std::exchange(state_.ready, {});
    return state_.has_more;
  }
  [[nodiscard]] std::chrono::milliseconds poll_interval() const override { return kShort; }

 private:
  State& state_;
};

inline net::BoundSocket opened(std::string_view address) {
  return net::open_tcp(net::web_endpoint(address), net::PortSharing::Exclusive);
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    router_.route_subtree("/", [this](const Request& request) { return respond(request); });
  }
  Server& start(const Limits& limits = {}) { return take_over(opened("127.0.0.1:0"), limits); }
  Server& take_over(net::BoundSocket socket, const Limits& limits = {}) {
    std::vector<net::BoundSocket> sockets;
    sockets.push_back(std::move(socket));
    server_ = std::make_unique<Server>(context_, std::move(sockets), router_, limits, log_,
                                       std::move(protection_), std::move(other_protocol_));
    server_->start();
    return *server_;
  }
  Response respond(const Request& request) {
    if (request.path == "/throw") throw std::runtime_error("handler");
    if (request.path == "/stop") server_->stop(base::TimePoint::max());
    if (request.path == "/later") {
      return deferred_response([this](Respond respond) { asked_.push_back(std::move(respond)); });
    }
    if (request.path == "/stream") return streamed(std::make_unique<Watched>(stream_));
    if (request.path == "/slow") return streamed(std::make_unique<Slow>(slow_));
    if (request.path == "/live") {
      Response response = streamed(std::make_unique<Live>(live_));
      response.is_compressible = true;
      return response;
    }
    Response response = text_response(200, request.method + " " + request.path + "\n");
    response.is_compressible = request.path == "/compressible";
    return response;
  }
  static Response streamed(std::unique_ptr<ChunkSource> chunks) {
    Response response;
    response.chunks = std::move(chunks);
    return response;
  }
  support::Client connect() { return {SOCK_STREAM, server_->local_ports().front()}; }
  // Runs the server until `client` has received something that ends with `end`.
  bool receive(support::Client& client, std::string_view end) {
    return support::run_until(context_, [&] {
      client.receive(received_);
      return received_.ends_with(end);
    });
  }
  bool receive_end(support::Client& client) {
    return support::run_until(context_, [&] {
      client.receive(received_);
      return client.has_end();
    });
  }
  bool wait(const std::function<bool()>& condition) {
    return support::run_until(context_, condition);
  }
  const ServerStats& stats() { return server_->stats(); }
  bool has_received(std::string_view text) const {
    return received_.find(text) != std::string::npos;
  }

  boost::asio::io_context context_{1};
  base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt, ::open("/dev/null", O_WRONLY)};
  Watched::State stream_;
  Slow::State slow_;
  Live::State live_;
  std::vector<Respond> asked_;  // by requests for /later
  std::string received_;
  Router router_;
  Protection protection_;         // of the next server
  OtherProtocol other_protocol_;  // the same
  std::unique_ptr<Server> server_;
};

}  // namespace weir::http
