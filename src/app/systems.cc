// SPDX-License-Identifier: Apache-2.0
#include "app/systems.h"

#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "app/influx_out/credentials.h"
#include "app/influx_out/influx_writer.h"
#include "app/listen_plan.h"
#include "app/push/push_gateway.h"
#include "app/rsocket/proxy_client.h"
#include "app/rsocket/rsocket_proxy.h"
#include "app/systemd/supervision.h"
#include "app/wavefront/wavefront_writer.h"
#include "app/web/scrape_handler.h"
#include "weir/tls/client_session.h"

namespace weir::app {

namespace {

std::unique_ptr<InfluxWriter> make_influx_writer(const Options& options,
                                                 boost::asio::io_context& main,
                                                 metrics::Store& store,
                                                 const Systems::CollectSelf& collect_self,
                                                 const base::Log& log) {
  if (!options.influx_write.is_on()) return nullptr;
  constexpr std::string_view kMessage = "Cannot write to InfluxDB";
  try {
    return std::make_unique<InfluxWriter>(main, options.influx_write, store, collect_self,
                                          std::random_device()(), log);
  } catch (const CredentialError& error) {
    throw StartError(std::string(kMessage), "error", error.what());
  } catch (const tls::TrustError& error) {
    throw StartError(std::string(kMessage), "error", error.what()).with_flag("--influx.ca-file");
  }
}

}  // namespace

Systems::Systems(const Options& options, boost::asio::io_context& main, metrics::Store& store,
                 const CollectSelf& collect_self, const base::Log& log)
    : influx_writer_(make_influx_writer(options, main, store, collect_self, log)) {
  if (options.push.is_enabled) push_ = std::make_unique<PushGateway>(main, options, log);
  if (options.rsocket.is_on()) rsocket_proxy_ = std::make_unique<RsocketProxy>(options, main, log);
  if (!options.rsocket.proxy_url.empty()) {
    rsocket_client_ = std::make_unique<ProxyClient>(
        main, options.rsocket.proxy_url, [this] { return make_page_(); }, log);
  }
  if (options.wavefront_write.is_on()) {
    wavefront_writer_ =
        std::make_unique<WavefrontWriter>(main, options.wavefront_write, store, collect_self, log);
  }
}

Systems::~Systems() = default;

void Systems::add_routes(http::Router& router) {
  if (rsocket_proxy_) rsocket_proxy_->add_routes(router);
}

void Systems::serve_pushed(const Options& options, ScrapeHandler& scrapes,
                           const Supervision& supervision, const std::function<void()>& quit) {
  if (!push_) return;
  scrapes.show_pushed(push_.get());
  push_->use({options.is_lifecycle_enabled ? quit : nullptr,
              [&supervision] { return supervision.unhealthy_reason(); },
              [&supervision] { return supervision.not_ready_reason(); }});
}

push::GroupStore* Systems::pushed_groups() { return push_ ? &push_->store() : nullptr; }

void Systems::start() {
  if (influx_writer_) influx_writer_->start();
  if (push_) push_->start();
  if (rsocket_proxy_) rsocket_proxy_->start();
  if (rsocket_client_) rsocket_client_->start();
  if (wavefront_writer_) wavefront_writer_->start();
}

void Systems::log_start() const {
  if (influx_writer_) influx_writer_->log_start();
  if (push_) push_->log_start();
  if (rsocket_proxy_) rsocket_proxy_->log_start();
  if (wavefront_writer_) wavefront_writer_->log_start();
}

void Systems::stop(base::TimePoint deadline, std::function<void()> on_end) {
  // Each has one to take away, and so has this.
  const auto left = std::make_shared<std::size_t>(1);
  const auto end_one = [left, on_end = std::move(on_end)] {
    if (--*left == 0) on_end();
  };
  const auto stop_one = [&](const auto& system) {
    if (!system) return;
    ++*left;
    system->stop(deadline, end_one);
  };
  stop_one(influx_writer_);
  stop_one(push_);
  if (rsocket_proxy_) {
    ++*left;
    rsocket_proxy_->stop(end_one);
  }
  stop_one(rsocket_client_);
  stop_one(wavefront_writer_);
  end_one();
}

}  // namespace weir::app
