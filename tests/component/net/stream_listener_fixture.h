// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "loopback.h"
#include "weir/net/stream_listener.h"

namespace weir::net {

using support::Client;
using support::run_out;
using support::run_until;

// What the sinks of one listener have seen.
struct Record {
  std::vector<std::string> streams;  // by connection, in the order of arrival
  std::vector<std::string> peers;    // of each
  int ended = 0;
  bool holds_line = false;
  bool throws = false;
  bool throws_at_end = false;
};

class Recorder : public StreamSink {
 public:
  explicit Recorder(Record& record) : record_(record), index_(record.streams.size()) {
    record.streams.emplace_back();
  }
  void on_bytes(std::string_view bytes, base::TimePoint) override {
    if (record_.throws) throw std::runtime_error("sink");
    record_.streams[index_] += bytes;
  }
  void on_end(base::TimePoint) override {
    ++record_.ended;
    if (record_.throws_at_end) throw std::runtime_error("end");
  }
  [[nodiscard]] bool holds_unfinished_line() const override { return record_.holds_line; }

 private:
  Record& record_;
  std::size_t index_;
};

inline BoundSocket opened(std::string_view address) {
  return open_tcp(statsd_endpoint(address), PortSharing::Exclusive);
}

class StreamListenerTest : public ::testing::Test {
 protected:
  StreamListener& listen(std::string_view address, const StreamListener::Options& options = {}) {
    return take_over(opened(address), options);
  }
  StreamListener& take_over(BoundSocket socket, const StreamListener::Options& options = {}) {
    listener_ = std::make_unique<StreamListener>(
        context_, std::move(socket), options,
        [this](const Peer& peer) {
          if (lacks_memory_) throw std::bad_alloc();
          record_.peers.push_back(peer.text());
          return std::make_unique<Recorder>(record_);
        },
        log_);
    listener_->start();
    return *listener_;
  }
  StreamListener& start(const StreamListener::Options& options = {}) {
    return listen("127.0.0.1:0", options);
  }
  Client client() { return {SOCK_STREAM, listener_->local_port()}; }
  const StreamStats& stats() { return listener_->stats(); }
  bool wait(const std::function<bool()>& condition) { return run_until(context_, condition); }
  static base::TimePoint never() { return base::TimePoint::max(); }

  boost::asio::io_context context_{1};
  base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt, ::open("/dev/null", O_WRONLY)};
  Record record_;
  bool lacks_memory_ = false;  // for a sink
  std::unique_ptr<StreamListener> listener_;
};

}  // namespace weir::net
