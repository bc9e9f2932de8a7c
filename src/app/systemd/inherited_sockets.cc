// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/inherited_sockets.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "weir/net/inherited_socket.h"

namespace weir::app {

namespace {

using net::SocketKind;
using Sockets = std::vector<net::BoundSocket>;

// Of a unit that has sockets of several kinds, which all have its name.
constexpr std::string_view kAnyStatsdName = "statsd";

// What a name of the socket unit means.
struct Use {
  std::string_view name;
  bool (SocketKind::*fits)() const;
  std::string_view kind_text;
  Sockets& (*at)(InheritedSockets& sockets);
};

constexpr std::array kUses = {
    Use{"udp", &SocketKind::is_udp, "a UDP socket",
        [](InheritedSockets& sockets) -> Sockets& { return sockets.statsd.udp; }},
    Use{"tcp", &SocketKind::is_tcp, "a listening TCP socket",
        [](InheritedSockets& sockets) -> Sockets& { return sockets.statsd.tcp; }},
    Use{"unixgram", &SocketKind::is_unix_datagram, "a Unix datagram socket",
        [](InheritedSockets& sockets) -> Sockets& { return sockets.statsd.unixgram; }},
    Use{"unixstream", &SocketKind::is_unix_stream, "a listening Unix stream socket",
        [](InheritedSockets& sockets) -> Sockets& { return sockets.statsd.unixstream; }},
    Use{"http", &SocketKind::is_tcp, "a listening TCP socket",
        [](InheritedSockets& sockets) -> Sockets& { return sockets.http; }},
};
constexpr const Use& kHttp = kUses.back();

[[noreturn]] void refuse(const NamedDescriptor& descriptor, std::string_view why) {
  throw StartError({}, {},
                   fmt::format("socket {} from the service manager, named '{}', {}", descriptor.fd,
                               descriptor.name, why));
}

// The first use for StatsD that `kind` fits.
const Use* statsd_use(const SocketKind& kind) {
  const auto* const found =
      std::ranges::find_if(kUses, [&kind](const Use& use) { return (kind.*use.fits)(); });
  return found == kUses.end() ? nullptr : found;
}

const Use& use_of(const NamedDescriptor& descriptor, const SocketKind& kind, bool takes_any) {
  const auto* const named = std::ranges::find(kUses, descriptor.name, &Use::name);
  if (named != kUses.end()) return *named;
  if (descriptor.name == kAnyStatsdName) {
    if (const Use* const use = statsd_use(kind)) return *use;
    refuse(descriptor, fmt::format("is {}, on which StatsD cannot be received", kind.text()));
  }
  if (takes_any && kind.is_tcp()) return kHttp;
  refuse(descriptor,
         "has another name than udp, tcp, unixgram, unixstream, statsd and http: set "
         "FileDescriptorName= in its socket unit");
}

void take(const NamedDescriptor& descriptor, bool takes_any, InheritedSockets& sockets) {
  const auto kind = net::socket_kind(descriptor.fd);
  if (!kind) refuse(descriptor, "is no open socket");
  const Use& use = use_of(descriptor, *kind, takes_any);
  if (!((*kind).*use.fits)()) {
    refuse(descriptor, fmt::format("is {} and has to be {}: see Listen...= and "
                                   "FileDescriptorName= in its socket unit",
                                   kind->text(), use.kind_text));
  }
  use.at(sockets).push_back(net::adopt_socket(descriptor.fd, *kind));
}

std::vector<NamedDescriptor> checked(const ListenVariables& variables) {
  try {
    return named_descriptors(variables, ::getpid());
  } catch (const BadListenVariables& error) {
    throw StartError({}, {}, error.what());
  }
}

using Addresses = std::vector<std::string>;

Addresses unless_inherited(const Addresses& given, const Addresses& by_default,
                           const Sockets& inherited) {
  return !inherited.empty() && given == by_default ? Addresses() : given;
}

void deal_out(Sockets inherited, Sockets ListenSockets::*kind,
              std::vector<ListenSockets>& workers) {
  for (std::size_t i = 0; i < inherited.size(); ++i) {
    (workers[i % workers.size()].*kind).push_back(std::move(inherited[i]));
  }
}

void warn_of_few(std::size_t sockets, ListenerKind kind, std::size_t workers,
                 const base::Log& log) {
  if (sockets == 0 || sockets >= workers) return;
  log.warn(
      "fewer sockets from the service manager than workers, some of which receive nothing from "
      "them: write ListenDatagram= or ListenStream= once for each worker, with ReusePort=yes",
      {{"kind", std::string(name_of(kind))},
       {"sockets", std::to_string(sockets)},
       {"workers", std::to_string(workers)}});
}

}  // namespace

InheritedSockets take_inherited_sockets(const ListenVariables& variables, const Options& options) {
  InheritedSockets sockets;
  for (const auto& descriptor : checked(variables)) {
    take(descriptor, options.is_http_inherited, sockets);
  }
  if (options.is_http_inherited && sockets.http.empty()) {
    throw StartError({}, {}, "no socket activation file descriptors found")
        .with_flag("--web.systemd-socket");
  }
  return sockets;
}

ListenAddresses listen_addresses(const Options& options, const InheritedSockets& inherited) {
  const Options by_default;
  const ListenSockets& statsd = inherited.statsd;
  ListenAddresses addresses;
  addresses.udp = unless_inherited(options.udp_addresses, by_default.udp_addresses, statsd.udp);
  addresses.tcp = unless_inherited(options.tcp_addresses, by_default.tcp_addresses, statsd.tcp);
  addresses.unixgram = options.unixgram_paths;
  addresses.unixstream = options.unixstream_paths;
  if (options.is_http_inherited) return addresses;
  const bool is_default = options.web_listen_addresses == by_default.web_listen_addresses;
  if (is_default && !inherited.http.empty()) return addresses;
  addresses.web = options.web_listen_addresses;
  // An empty value adds none to the list, and means port 80 (behaviour listen.web-address).
  if (addresses.web.empty()) addresses.web.emplace_back();
  return addresses;
}

void deal_out(ListenSockets inherited, std::vector<ListenSockets>& workers, const base::Log& log) {
  warn_of_few(inherited.udp.size(), ListenerKind::Udp, workers.size(), log);
  warn_of_few(inherited.tcp.size(), ListenerKind::Tcp, workers.size(), log);
  deal_out(std::move(inherited.udp), &ListenSockets::udp, workers);
  deal_out(std::move(inherited.tcp), &ListenSockets::tcp, workers);
  deal_out(std::move(inherited.unixgram), &ListenSockets::unixgram, workers);
  deal_out(std::move(inherited.unixstream), &ListenSockets::unixstream, workers);
}

}  // namespace weir::app
