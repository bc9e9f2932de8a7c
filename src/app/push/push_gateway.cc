// SPDX-License-Identifier: Apache-2.0
#include "app/push/push_gateway.h"

#include <chrono>
#include <random>
#include <utility>

#include "app/listen_plan.h"
#include "weir/net/endpoint.h"
#include "weir/net/open_socket.h"

namespace weir::app {

namespace {

constexpr std::chrono::seconds kExpiryPeriod{1};

std::uint64_t random_hash_seed() {
  std::random_device device;
  const std::uint64_t high = device();
  return high << 32U | device();
}

std::vector<net::BoundSocket> open_push_sockets(const std::vector<std::string>& addresses) {
  std::vector<net::BoundSocket> sockets;
  for (const std::string& address : addresses) {
    try {
      sockets.push_back(net::open_tcp(net::web_endpoint(address), net::PortSharing::Exclusive));
    } catch (const net::ListenError& error) {
      throw StartError("failed to listen for pushed metrics", address, "error", error.what())
          .with_flag("--push.listen-address");
    }
  }
  return sockets;
}

}  // namespace

PushGateway::PushGateway(boost::asio::io_context& main, const Options& options,
                         const base::Log& log)
    : options_(options.push),
      log_(log),
      store_(options_.store, random_hash_seed()),
      api_(options_, store_, counts_, log),
      timer_(main) {
  router_.route_subtree(
      "/", [this](const http::Request& request) { return api_.answer(request); },
      options_.body_bytes_max);
  if (!options.web_config_path.empty()) guard_.emplace(options.web_config_path, main, router_, log);
  auto sockets = open_push_sockets(options_.addresses);
  shown_addresses_ = shown_addresses(options_.addresses, sockets, {});
  http::Limits limits = options.http;
  limits.connections_max = options_.connections_max;
  limits.connections_flag = "--limits.push-connections";
  server_.emplace(main, std::move(sockets), router_, limits, log,
                  guard_ ? guard_->protection() : http::Protection{});
}

PushGateway::~PushGateway() = default;

void PushGateway::start() {
  is_started_ = true;
  server_->start();
  expire_every_second();
}

void PushGateway::expire_every_second() {
  timer_.expires_after(kExpiryPeriod);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || is_stopping_) return;
    counts_.expired.add(store_.expire(base::unix_now()));
    expire_every_second();
  });
}

void PushGateway::stop(base::TimePoint deadline, std::function<void()> on_end) {
  is_stopping_ = true;
  timer_.cancel();
  if (!is_started_) return on_end();
  server_->stop(deadline, std::move(on_end));
}

void PushGateway::log_start() const {
  log_.info("Accepting pushed metrics", {{"addr", shown_addresses_}});
}

const DeniedRequests* PushGateway::denied() const { return guard_ ? &guard_->denied() : nullptr; }

}  // namespace weir::app
