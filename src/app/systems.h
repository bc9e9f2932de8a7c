// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/cli/options.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/http/response.h"
#include "weir/http/router.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"
#include "weir/push/group_store.h"

namespace weir::app {

class InfluxWriter;
class ProxyClient;
class PushGateway;
class RsocketProxy;
class ScrapeHandler;
class Supervision;
class WavefrontWriter;

// The other systems that the daemon speaks with beside StatsD's senders and Prometheus: each a part
// of its own, which is there only when its flag is given, and runs on the main thread or on one
// that it starts. What brings samples is not here but in a worker (`influx/`). Main thread.
class Systems {
 public:
  // The daemon's own metrics, as a scrape has them.
  using CollectSelf = std::function<std::vector<metrics::SelfFamily>()>;

  // What it is given outlives it. Opens sockets: throws StartError and rulefile::ConfigError.
  Systems(const Options& options, boost::asio::io_context& main, metrics::Store& store,
          const CollectSelf& collect_self, const base::Log& log);
  ~Systems();
  Systems(const Systems&) = delete;
  Systems& operator=(const Systems&) = delete;

  // Gives weir's own page, for those that send it. Once, before `start`.
  void set_page(std::function<http::Response()> make_page) { make_page_ = std::move(make_page); }
  // Adds what they serve on the web listeners. Once, before the server starts.
  void add_routes(http::Router& router);
  // What is pushed is on the daemon's own page, too; `quit` ends the daemon.
  void serve_pushed(const Options& options, ScrapeHandler& scrapes, const Supervision& supervision,
                    const std::function<void()>& quit);
  // Once the state is in.
  void start();
  // A line of the log for each listener.
  void log_start() const;
  // After the last sample came in, and before HTTP ends: sends what is still to go out, until
  // `deadline`; then calls `on_end`. Once, whether it was started or not.
  void stop(base::TimePoint deadline, std::function<void()> on_end);

  // Each null without its flag.
  [[nodiscard]] const InfluxWriter* influx_writer() const { return influx_writer_.get(); }
  [[nodiscard]] const PushGateway* push() const { return push_.get(); }
  [[nodiscard]] push::GroupStore* pushed_groups();
  [[nodiscard]] const RsocketProxy* rsocket_proxy() const { return rsocket_proxy_.get(); }
  [[nodiscard]] const ProxyClient* rsocket_client() const { return rsocket_client_.get(); }
  [[nodiscard]] const WavefrontWriter* wavefront_writer() const { return wavefront_writer_.get(); }

 private:
  std::function<http::Response()> make_page_;
  std::unique_ptr<InfluxWriter> influx_writer_;
  std::unique_ptr<PushGateway> push_;
  std::unique_ptr<RsocketProxy> rsocket_proxy_;
  std::unique_ptr<ProxyClient> rsocket_client_;
  std::unique_ptr<WavefrontWriter> wavefront_writer_;
};

}  // namespace weir::app
