// SPDX-License-Identifier: Apache-2.0
#include "weir/relay/relay.h"

#include <algorithm>
#include <cassert>
#include <exception>
#include <netinet/in.h>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#include "relay/lookup.h"
#include "relay/packer.h"
#include "relay/target.h"
#include "weir/net/asio.h"
#include "weir/net/coroutine_errors.h"

namespace weir::relay {

namespace {

void require_different(std::vector<std::string> targets) {
  std::sort(targets.begin(), targets.end());
  const auto twice = std::adjacent_find(targets.begin(), targets.end());
  if (twice != targets.end()) {
    throw RelayError(fmt::format("relay target {} is given twice", *twice));
  }
}

[[noreturn]] void fail(const std::string& target, const net::ListenError& error) {
  throw RelayError(fmt::format("unable to resolve target {}, err: {}", target, error.what()));
}

// Nothing when the name may be found later. An address is well formed or never will be.
std::optional<net::Endpoint> resolve(const Relay::Options& options, const std::string& target,
                                     const base::Log& log) {
  try {
    return options.resolver(target);
  } catch (const net::LookupError& error) {
    if (options.resolve_interval.count() == 0 || !has_host_name(target)) fail(target, error);
    log.warn("relay target not found, looking it up again later",
             {{"target", target}, {"error", error.what()}});
    return std::nullopt;
  } catch (const net::ListenError& error) {
    fail(target, error);
  }
}

// Any port, and both families where the kernel has them: a name may change from one to the other.
net::BoundSocket open_socket() {
  net::Endpoint any;
  any.address.ss_family = AF_INET;
  any.length = sizeof(sockaddr_in);
  any.is_wildcard = true;
  any.text = ":0";
  try {
    return net::open_udp(any, net::PortSharing::Exclusive);
  } catch (const net::ListenError& error) {
    throw RelayError(fmt::format("unable to listen on UDP, err: {}", error.what()));
  }
}

}  // namespace

class Relay::Sender {
 public:
  Sender(net::asio::io_context& context, const Options& options, const base::Log& log)
      : context_(context),
        options_(options),
        log_(log),
        packer_(options.packet_bytes_max),
        timer_(context) {
    assert(!options_.targets.empty() && options_.flush_interval.count() > 0);
    require_different(options_.targets);
    for (const auto& target : options_.targets) {
      const std::optional<net::Endpoint> address = resolve(options_, target, log_);
      targets_.push_back(std::make_unique<Target>(context_, target, open_socket(), address,
                                                  options_.queue_packets_max, log_));
    }
  }

  void start() {
    last_lookup_ = base::Clock::now();
    net::asio::co_spawn(context_, tick(), [this](const std::exception_ptr& error) {
      net::log_session_end(log_, "relay", error);
    });
  }

  void on_line(std::string_view line) {
    if (line.empty()) return;
    if (packer_.is_too_long(line)) {
      reject(line);
      return;
    }
    if (!packer_.fits(line)) send_packet();
    packer_.append(line);
    line_stats_.relayed.add();
  }

  void stop() {
    is_stopped_ = true;
    timer_.cancel();
    send_packet();
    for (const auto& target : targets_) target->stop();
  }

  [[nodiscard]] const LineStats& line_stats() const { return line_stats_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Target>>& targets() const { return targets_; }

 private:
  void reject(std::string_view line) {
    line_stats_.too_long.add();
    if (!long_line_gate_.pass(base::Clock::now())) return;
    log_.warn("line too long, not relaying", {{"length", std::to_string(line.size())},
                                              {"max", std::to_string(options_.packet_bytes_max)}});
  }

  void send_packet() {
    if (packer_.is_empty()) return;
    for (const auto& target : targets_) target->send(packer_.packet());
    packer_.clear();
  }

  net::asio::awaitable<void> tick() {
    while (!is_stopped_) {
      timer_.expires_after(options_.flush_interval);
      [[maybe_unused]] const auto [interval_end] = co_await timer_.async_wait();
      if (is_stopped_) co_return;
      send_packet();
      look_up_again(base::Clock::now());
    }
  }

  // A look-up is started by one tick and taken in by a later one.
  void look_up_again(base::TimePoint now) {
    for (const auto& target : targets_) target->finish_lookup();
    if (options_.resolve_interval.count() == 0) return;
    if (now - last_lookup_ < options_.resolve_interval) return;
    last_lookup_ = now;
    for (const auto& target : targets_) target->start_lookup(options_.resolver);
  }

  net::asio::io_context& context_;
  const Options options_;
  const base::Log& log_;
  Packer packer_;
  std::vector<std::unique_ptr<Target>> targets_;
  net::Timer timer_;
  base::TimePoint last_lookup_;
  bool is_stopped_ = false;
  base::LogGate long_line_gate_;
  LineStats line_stats_;
};

Relay::Relay(net::asio::io_context& context, const Options& options, const base::Log& log)
    : sender_(std::make_unique<Sender>(context, options, log)) {}
Relay::~Relay() = default;

void Relay::start() { sender_->start(); }
void Relay::on_line(std::string_view line) { sender_->on_line(line); }
void Relay::stop() { sender_->stop(); }
const LineStats& Relay::line_stats() const { return sender_->line_stats(); }
std::size_t Relay::target_count() const { return sender_->targets().size(); }
const std::string& Relay::target(std::size_t index) const {
  return sender_->targets().at(index)->name();
}
const TargetStats& Relay::target_stats(std::size_t index) const {
  return sender_->targets().at(index)->stats();
}

}  // namespace weir::relay
