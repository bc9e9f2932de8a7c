// SPDX-License-Identifier: Apache-2.0
#include "app/listen_plan.h"

#include <cassert>
#include <utility>

namespace weir::app {

namespace {

using Resolve = net::Endpoint (*)(std::string_view);

std::vector<net::Endpoint> resolved(const std::vector<std::string>& addresses, Resolve resolve,
                                    std::string_view message, std::string_view flag) {
  std::vector<net::Endpoint> endpoints;
  for (const auto& address : addresses) {
    try {
      endpoints.push_back(resolve(address));
    } catch (const net::ListenError& error) {
      throw StartError(std::string(message), address, "error", error.what()).with_flag(flag);
    }
  }
  return endpoints;
}

}  // namespace

void StartError::log_to(const base::Log& log) const {
  if (key_.empty() && flag_.empty()) {
    log.error(what());
  } else if (key_.empty()) {
    log.error(what(), {{"flag", flag_}});
  } else if (!found_.empty()) {
    log.error(message_, {{key_, what()}, {"found", found_}});
  } else if (address_.empty()) {
    log.error(message_, {{key_, what()}});
  } else {
    log.error(message_, {{"address", address_}, {key_, what()}, {"flag", flag_}});
  }
}

std::string_view name_of(ListenerKind kind) {
  switch (kind) {
    case ListenerKind::Udp: return "udp";
    case ListenerKind::Tcp: return "tcp";
    case ListenerKind::Unixgram: return "unixgram";
    case ListenerKind::Unixstream: return "unixstream";
  }
  return {};
}

ListenPlan plan_listeners(const Options& options) {
  if (options.udp_addresses.empty() && options.tcp_addresses.empty() &&
      options.unixgram_paths.empty() && options.unixstream_paths.empty()) {
    throw StartError({}, {}, "At least one of UDP/TCP/Unixgram listeners must be specified.");
  }
  ListenPlan plan;
  if (options.workers > 1) plan.sharing = net::PortSharing::First;
  plan.udp = resolved(options.udp_addresses, net::statsd_endpoint, "invalid UDP listen address",
                      "--statsd.listen-udp");
  plan.tcp = resolved(options.tcp_addresses, net::statsd_endpoint, "invalid TCP listen address",
                      "--statsd.listen-tcp");
  plan.unixgram = resolved(options.unixgram_paths, net::unix_endpoint,
                           "invalid Unixgram socket path", "--statsd.listen-unixgram");
  plan.unixstream = resolved(options.unixstream_paths, net::unix_endpoint,
                             "invalid Unix stream socket path", "--statsd.listen-unixstream");
  return plan;
}

void throw_start_error(ListenerKind kind) {
  const bool is_datagram = kind == ListenerKind::Unixgram;
  try {
    throw;
  } catch (const net::SocketExists& error) {
    throw StartError(
        is_datagram ? "Unixgram socket already exists" : "Unix stream socket already exists",
        "socket_name", error.what())
        .with_found(error.found());
  } catch (const net::ListenError& error) {
    switch (kind) {
      case ListenerKind::Udp:
        throw StartError("failed to start UDP listener", "error", error.what());
      case ListenerKind::Tcp: throw StartError("failed to start TCP listener", "err", error.what());
      case ListenerKind::Unixgram:
        throw StartError("failed to listen on Unixgram socket", "error", error.what());
      case ListenerKind::Unixstream:
        throw StartError("failed to listen on Unix stream socket", "error", error.what());
    }
    throw;
  }
}

}  // namespace weir::app
