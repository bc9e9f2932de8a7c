// SPDX-License-Identifier: Apache-2.0
#include "app/listen_plan.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

namespace weir::app {

namespace {

// In the order of their kinds.
constexpr std::array<std::string_view, 8> kListenerNames = {
    "udp",         "tcp",        "unixgram",       "unixstream",
    "influx_http", "influx_udp", "wavefront_http", "wavefront_tcp"};

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

StartError taken_path(ListenerKind kind, const net::SocketExists& error) {
  const bool is_datagram = kind == ListenerKind::Unixgram;
  return StartError(
             is_datagram ? "Unixgram socket already exists" : "Unix stream socket already exists",
             "socket_name", error.what())
      .with_found(error.found());
}

template <typename Open>
std::vector<net::BoundSocket> opened(ListenerKind kind, const std::vector<net::Endpoint>& endpoints,
                                     const Open& open) {
  std::vector<net::BoundSocket> sockets;
  for (const auto& endpoint : endpoints) {
    try {
      sockets.push_back(open(endpoint));
    } catch (const net::SocketExists& error) {
      throw taken_path(kind, error);
    } catch (const net::ListenError& error) {
      throw start_error(kind, error);
    }
  }
  return sockets;
}

ListenSockets open_first(const ListenPlan& plan, net::PortSharing sharing, std::string_view mode,
                         const base::Log& log) {
  const auto udp = [&](const auto& endpoint) { return net::open_udp(endpoint, sharing); };
  const auto unixgram = [&](const auto& path) { return net::open_unixgram(path, mode, log); };
  const auto tcp = [&](const auto& endpoint) { return net::open_tcp(endpoint, sharing); };
  const auto unixstream = [&](const auto& path) { return net::open_unixstream(path, mode, log); };
  // The order in which errors come.
  ListenSockets sockets;
  sockets.udp = opened(ListenerKind::Udp, plan.udp, udp);
  sockets.unixgram = opened(ListenerKind::Unixgram, plan.unixgram, unixgram);
  sockets.tcp = opened(ListenerKind::Tcp, plan.tcp, tcp);
  sockets.unixstream = opened(ListenerKind::Unixstream, plan.unixstream, unixstream);
  return sockets;
}

// `endpoints` with the ports that `sockets` are bound to.
std::vector<net::Endpoint> at_ports_of(const std::vector<net::BoundSocket>& sockets,
                                       std::vector<net::Endpoint> endpoints) {
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    endpoints[i].set_port(net::local_port(sockets[i].descriptor.get()));
  }
  return endpoints;
}

// The address as the operator wrote it, with the port that port 0 became.
std::string shown_address(const std::string& address, std::uint16_t port) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || address.substr(colon) != ":0") return address;
  return fmt::format("{}:{}", address.substr(0, colon), port);
}

ListenSockets open_beside(const ListenPlan& plan, const ListenSockets& first) {
  const auto udp = [](const auto& endpoint) {
    return net::open_udp(endpoint, net::PortSharing::Shared);
  };
  const auto tcp = [](const auto& endpoint) {
    return net::open_tcp(endpoint, net::PortSharing::Shared);
  };
  ListenSockets sockets;
  sockets.udp = opened(ListenerKind::Udp, at_ports_of(first.udp, plan.udp), udp);
  sockets.tcp = opened(ListenerKind::Tcp, at_ports_of(first.tcp, plan.tcp), tcp);
  return sockets;
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
  return kListenerNames.at(static_cast<std::size_t>(kind));
}

std::optional<ListenerKind> kind_named(std::string_view name) {
  const auto* const found = std::ranges::find(kListenerNames, name);
  if (found == kListenerNames.end()) return std::nullopt;
  return static_cast<ListenerKind>(found - kListenerNames.begin());
}

std::string shown_addresses(const std::vector<std::string>& addresses,
                            const std::vector<net::BoundSocket>& opened,
                            const std::vector<net::BoundSocket>& others) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < opened.size(); ++i) {
    shown.push_back(shown_address(addresses[i], net::local_port(opened[i].descriptor.get())));
  }
  for (const auto& socket : others) shown.push_back(socket.address);
  return fmt::format("{}", fmt::join(shown, ","));
}

ShownAddresses shown_addresses(const ListenAddresses& addresses, const ListenSockets& opened,
                               const ListenSockets& others) {
  return {shown_addresses(addresses.udp, opened.udp, others.udp),
          shown_addresses(addresses.tcp, opened.tcp, others.tcp),
          shown_addresses(addresses.unixgram, opened.unixgram, others.unixgram),
          shown_addresses(addresses.unixstream, opened.unixstream, others.unixstream),
          {},
          {},
          {},
          {}};
}

void log_listeners(const Options& options, const ShownAddresses& shown, const base::Log& log) {
  log.info("Accepting StatsD Traffic",
           {{"udp", shown.udp}, {"tcp", shown.tcp}, {"unixgram", shown.unixgram}});
  if (!shown.unixstream.empty()) {
    const auto framing = static_cast<std::size_t>(options.unixstream_framing);
    log.info(
        "Accepting StatsD Traffic on Unix stream sockets",
        {{"unixstream", shown.unixstream}, {"framing", std::string(kStreamFramings.at(framing))}});
  }
  if (options.influx.is_on()) {
    log.info("Accepting InfluxDB Traffic",
             {{"http", shown.influx_http}, {"udp", shown.influx_udp}});
  }
  if (options.wavefront.is_listening()) {
    log.info("Accepting Wavefront Traffic", {{"tcp", shown.wavefront}});
  }
  log.info("Accepting Prometheus Requests", {{"addr", shown.web}});
}

ListenPlan plan_listeners(const ListenAddresses& addresses) {
  ListenPlan plan;
  plan.udp = resolved(addresses.udp, net::statsd_endpoint, "invalid UDP listen address",
                      "--statsd.listen-udp");
  plan.tcp = resolved(addresses.tcp, net::statsd_endpoint, "invalid TCP listen address",
                      "--statsd.listen-tcp");
  plan.unixgram = resolved(addresses.unixgram, net::unix_endpoint, "invalid Unixgram socket path",
                           "--statsd.listen-unixgram");
  plan.unixstream = resolved(addresses.unixstream, net::unix_endpoint,
                             "invalid Unix stream socket path", "--statsd.listen-unixstream");
  return plan;
}

std::vector<ListenSockets> open_listeners(const ListenPlan& plan, const Options& options,
                                          const base::Log& log) {
  const bool is_shared = options.workers > 1;
  std::vector<ListenSockets> workers;
  workers.push_back(open_first(plan,
                               is_shared ? net::PortSharing::First : net::PortSharing::Exclusive,
                               options.unixsocket_mode, log));
  while (workers.size() < options.workers) {
    workers.push_back(open_beside(plan, workers.front()));
  }
  return workers;
}

StartError start_error(ListenerKind kind, const net::ListenError& error) {
  switch (kind) {
    case ListenerKind::Udp: return {"failed to start UDP listener", "error", error.what()};
    case ListenerKind::Tcp: return {"failed to start TCP listener", "err", error.what()};
    case ListenerKind::Unixgram:
      return {"failed to listen on Unixgram socket", "error", error.what()};
    case ListenerKind::Unixstream:
      return {"failed to listen on Unix stream socket", "error", error.what()};
    case ListenerKind::InfluxHttp:
    case ListenerKind::InfluxUdp: return {"failed to listen for InfluxDB", "error", error.what()};
    case ListenerKind::WavefrontHttp:
    case ListenerKind::WavefrontTcp:
      return {"failed to listen for Wavefront", "error", error.what()};
  }
  return {{}, {}, error.what()};
}

}  // namespace weir::app
