// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/probes.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>

#include <fmt/core.h>

#include "weir/base/errno.h"
#include "weir/net/endpoint.h"
#include "weir/net/open_socket.h"

namespace weir::app {

namespace {

constexpr std::string_view kEmptyLine = "\n";
constexpr int kConnectMilliseconds = 2000;

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};

// "" when it was sent.
std::string send_to(const sockaddr* address, socklen_t length, int type) {
  const net::Descriptor socket(
      ::socket(address->sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(socket.get(), address, length) != 0) {
    if (errno != EINPROGRESS) return base::errno_text(errno);
    pollfd waited{socket.get(), POLLOUT, 0};
    if (::poll(&waited, 1, kConnectMilliseconds) <= 0) return base::errno_text(ETIMEDOUT);
  }
  const ssize_t sent = ::send(socket.get(), kEmptyLine.data(), kEmptyLine.size(), MSG_NOSIGNAL);
  return sent < 0 ? base::errno_text(errno) : std::string();
}

std::string send_to_host(const std::string& host, const std::string& port, int type) {
  addrinfo hints{};
  hints.ai_socktype = type;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found)) {
    return ::gai_strerror(error);
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  std::string fault;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    fault = send_to(at->ai_addr, at->ai_addrlen, type);
    if (fault.empty()) break;
  }
  return fault;
}

bool is_datagram(const ListenerState& listener) {
  return listener.kind == "udp" || listener.kind == "unixgram";
}

// Where a listener that takes every address of its host is found: where HTTP is.
std::string host_of(std::string_view listening, const HttpUrl& url) {
  const bool is_wildcard = listening.empty() || listening == "0.0.0.0" || listening == "::";
  return is_wildcard ? url.host : std::string(listening);
}

std::string send_to(const ListenerState& listener, const HttpUrl& url) {
  const int type = is_datagram(listener) ? SOCK_DGRAM : SOCK_STREAM;
  try {
    if (listener.kind.starts_with("unix")) {
      const auto endpoint = net::unix_endpoint(listener.address);
      return send_to(reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.length, type);
    }
    const auto place = net::split_host_port(listener.address);
    return send_to_host(host_of(place.host, url), std::string(place.port), type);
  } catch (const net::ListenError& error) {
    return error.what();
  }
}

const ListenerState* same(const std::vector<ListenerState>& all, const ListenerState& wanted) {
  const auto found = std::ranges::find_if(all, [&wanted](const ListenerState& one) {
    return one.kind == wanted.kind && one.address == wanted.address;
  });
  return found == all.end() ? nullptr : &*found;
}

bool is_there(const doctor::Probe& probe) {
  return !probe.send_error.empty() || probe.after > probe.before;
}

// Asks until all have come, for a while.
void wait_for(const HttpUrl& url, const Options& options, const DaemonState& before,
              std::vector<doctor::Probe>& probes) {
  constexpr int kRounds = 10;
  constexpr auto kPause = std::chrono::milliseconds(200);
  for (int round = 0; round < kRounds; ++round) {
    const auto after = ask_daemon(url, options);
    for (std::size_t i = 0; i < probes.size(); ++i) {
      const auto* const listener = same(after.listeners, before.listeners[i]);
      if (listener != nullptr) probes[i].after = listener->arrived;
      probes[i].refused =
          after.refused_senders - std::min(after.refused_senders, before.refused_senders);
    }
    if (std::ranges::all_of(probes, is_there)) return;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

std::vector<doctor::Check> probe_listeners(const HttpUrl& url, const Options& options,
                                           const DaemonState& before) {
  std::vector<doctor::Probe> probes;
  probes.reserve(before.listeners.size());
  for (const auto& listener : before.listeners) {
    probes.push_back({.listener = fmt::format("{} {}", listener.kind, listener.address),
                      .send_error = send_to(listener, url),
                      .before = listener.arrived,
                      .after = listener.arrived,
                      .silent_seconds = listener.silent_seconds});
  }
  wait_for(url, options, before, probes);
  std::vector<doctor::Check> checks;
  checks.reserve(probes.size());
  for (const auto& probe : probes) checks.push_back(doctor::check_probe(probe));
  return checks;
}

}  // namespace weir::app
