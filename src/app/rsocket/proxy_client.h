// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/tally.h"
#include "weir/http/response.h"

namespace weir::app {

// Written by the main thread, readable from any.
struct ProxyClientCounts {
  std::atomic<bool> is_connected{false};  // and the proxy has given a key
  base::Tally connects;
  base::Tally failed_connects;
  base::Tally answers;         // pages sent because the proxy asked for them
  base::Tally failed_answers;  // it was told that there is none
};

// Makes weir an application of another RSocket proxy, for where nothing can scrape it
// (docs/rsocket.md): connects, answers with its own page, pushes it at the end, and connects again
// when the connection is lost. Main thread.
class ProxyClient {
 public:
  // Gives weir's page, as a scrape of it does.
  using MakePage = std::function<http::Response()>;

  // All of it must outlive the client. Throws StartError when `url` is none.
  ProxyClient(boost::asio::io_context& context, const std::string& url, MakePage make_page,
              const base::Log& log);
  ~ProxyClient();
  ProxyClient(const ProxyClient&) = delete;
  ProxyClient& operator=(const ProxyClient&) = delete;

  void start();
  // Pushes the page where there is a connection, waits until `deadline` at most until it has been
  // taken, and calls `on_end`.
  void stop(base::TimePoint deadline, std::function<void()> on_end);

  // Any thread.
  [[nodiscard]] const ProxyClientCounts& counts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::app
