// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/sockets_in_use.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/doctor/read_text.h"
#include "app/doctor/socket_holders.h"
#include "weir/base/errno.h"
#include "weir/doctor/proc_texts.h"
#include "weir/net/endpoint.h"
#include "weir/net/open_socket.h"

namespace weir::app {

namespace {

using doctor::InetSocket;
using doctor::ListenAddress;
using Address = std::array<std::uint8_t, 16>;

// What the kernel lists now.
struct Listed {
  std::vector<InetSocket> udp;
  std::vector<InetSocket> tcp;
  std::vector<doctor::UnixSocket> unix_sockets;
};

std::vector<InetSocket> listed(const std::string& protocol) {
  auto sockets = doctor::parse_inet_sockets(read_text_or_empty("/proc/net/" + protocol));
  const auto more = doctor::parse_inet_sockets(read_text_or_empty("/proc/net/" + protocol + "6"));
  sockets.insert(sockets.end(), more.begin(), more.end());
  return sockets;
}

Listed list_sockets() {
  Listed all{.udp = listed("udp"),
             .tcp = listed("tcp"),
             .unix_sockets = doctor::parse_unix_sockets(read_text_or_empty("/proc/net/unix"))};
  std::erase_if(all.tcp, [](const InetSocket& socket) { return !socket.is_listening; });
  return all;
}

Address address_of(const net::Endpoint& endpoint) {
  constexpr std::size_t kMappedBytes = 12;
  Address address{};
  if (endpoint.address.ss_family == AF_INET6) {
    sockaddr_in6 read{};
    std::memcpy(&read, &endpoint.address, sizeof read);
    std::memcpy(address.data(), &read.sin6_addr, address.size());
    return address;
  }
  sockaddr_in read{};
  std::memcpy(&read, &endpoint.address, sizeof read);
  address[kMappedBytes - 2] = address[kMappedBytes - 1] = 0xff;
  std::memcpy(address.data() + kMappedBytes, &read.sin_addr, sizeof read.sin_addr);
  return address;
}

bool is_in_the_way(const InetSocket& socket, const net::Endpoint& endpoint) {
  if (socket.port != endpoint.port() || socket.port == 0) return false;
  return endpoint.is_wildcard || socket.is_wildcard() || socket.address == address_of(endpoint);
}

// As the daemon binds it, without listening; 0 where it can be.
int bind_fault(const net::Endpoint& endpoint, int type, int family) {
  const net::Descriptor socket(::socket(family, type | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return errno;
  const int on = 1;
  const int off = 0;
  if (type == SOCK_STREAM) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  sockaddr_storage address = endpoint.address;
  socklen_t length = endpoint.length;
  if (endpoint.is_wildcard && family == AF_INET6) {
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(endpoint.port());
    std::memcpy(&address, &any, sizeof any);
    length = sizeof any;
  }
  return ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), length) == 0 ? 0 : errno;
}

int bind_fault(const net::Endpoint& endpoint, int type) {
  if (!endpoint.is_wildcard) return bind_fault(endpoint, type, endpoint.address.ss_family);
  const int fault = bind_fault(endpoint, type, AF_INET6);
  // A machine without IPv6.
  const bool is_ipv4_only = fault == EAFNOSUPPORT || fault == EADDRNOTAVAIL;
  return is_ipv4_only ? bind_fault(endpoint, type, AF_INET) : fault;
}

void note_fault(int fault, ListenAddress& found) {
  if (fault == EADDRINUSE) {
    found.is_held = true;
  } else if (fault != 0) {
    found.bind_error = base::errno_text(fault);
  }
}

ListenAddress look_at_inet(const WantedAddress& wanted, const Listed& all,
                           std::set<std::uint64_t>& inodes) {
  const bool is_udp = wanted.kind == "udp";
  const auto endpoint = wanted.kind == "web" ? net::web_endpoint(wanted.address)
                                             : net::statsd_endpoint(wanted.address);
  ListenAddress found{.kind = wanted.kind, .address = wanted.address};
  for (const auto& socket : is_udp ? all.udp : all.tcp) {
    if (!is_in_the_way(socket, endpoint)) continue;
    found.is_held = true;
    found.is_listed = true;
    found.user = user_name(socket.user);
    found.drops += socket.drops;
    found.unread_bytes += socket.unread_bytes;
    inodes.insert(socket.inode);
  }
  if (!found.is_held) note_fault(bind_fault(endpoint, is_udp ? SOCK_DGRAM : SOCK_STREAM), found);
  return found;
}

// Why no socket can be made at a path.
std::string path_fault(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode)) {
    return "what is there is no socket";
  }
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  return ::access(folder.c_str(), W_OK | X_OK) == 0
             ? std::string()
             : folder.native() + ": " + base::errno_text(errno);
}

ListenAddress look_at_unix(const WantedAddress& wanted, const Listed& all,
                           std::set<std::uint64_t>& inodes) {
  static_cast<void>(net::unix_endpoint(wanted.address));
  ListenAddress found{.kind = wanted.kind, .address = wanted.address};
  for (const auto& socket : all.unix_sockets) {
    // A connection has the path of its listener.
    if (socket.path != wanted.address || (socket.is_stream && !socket.is_listening)) continue;
    found.is_held = true;
    inodes.insert(socket.inode);
  }
  if (!found.is_held && !wanted.address.starts_with('@')) {
    found.bind_error = path_fault(wanted.address);
  }
  return found;
}

// Those of one socket to those of the address.
void add_holders(const std::vector<doctor::Holder>& of_socket, std::vector<doctor::Holder>& all) {
  const bool is_ours = std::ranges::any_of(of_socket, &doctor::Holder::is_weir);
  for (const auto& holder : of_socket) {
    if (is_ours && !holder.is_weir) continue;
    const auto known = std::ranges::find(all, holder.pid, &doctor::Holder::pid);
    if (known == all.end()) all.push_back(holder);
  }
}

bool is_unix(const WantedAddress& wanted) { return wanted.kind.starts_with("unix"); }

void append(std::string_view kind, const std::vector<std::string>& addresses,
            std::vector<WantedAddress>& all) {
  for (const auto& address : addresses) all.push_back({std::string(kind), address});
}

}  // namespace

std::vector<WantedAddress> addresses_of(const Options& options) {
  std::vector<WantedAddress> all;
  append("udp", options.udp_addresses, all);
  append("tcp", options.tcp_addresses, all);
  append("unixgram", options.unixgram_paths, all);
  append("unixstream", options.unixstream_paths, all);
  if (!options.is_http_inherited) append("web", options.web_listen_addresses, all);
  return all;
}

std::vector<ListenAddress> look_at(const std::vector<WantedAddress>& wanted) {
  const Listed all = list_sockets();
  std::vector<ListenAddress> found;
  std::vector<std::set<std::uint64_t>> inodes(wanted.size());
  std::set<std::uint64_t> every;
  found.reserve(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    found.push_back(is_unix(wanted[i]) ? look_at_unix(wanted[i], all, inodes[i])
                                       : look_at_inet(wanted[i], all, inodes[i]));
    every.insert(inodes[i].begin(), inodes[i].end());
  }
  const auto holders = socket_holders(every);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (const auto inode : inodes[i]) {
      if (const auto at = holders.find(inode); at != holders.end()) {
        add_holders(at->second, found[i].holders);
      }
    }
  }
  return found;
}

}  // namespace weir::app
