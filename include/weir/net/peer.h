// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <netinet/in.h>
#include <span>
#include <string>
#include <sys/socket.h>

namespace weir::net {

// An address of IPv4 or IPv6 as two numbers in the order of its bits. IPv4 fills the first 32 of
// `high`, mapped into IPv6 or not.
struct AddressBits {
  bool is_known = false;
  bool is_v4 = false;
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  [[nodiscard]] static AddressBits of(const in_addr& address);
  [[nodiscard]] static AddressBits of(const in6_addr& address);

  // `10.0.0.1` or `fd00::1`. Precondition: it is known.
  [[nodiscard]] std::string text() const;
};

// Where a datagram or a connection is from: an address of IPv4 or IPv6, or nothing that is known.
class Peer {
 public:
  // Not known.
  Peer() : address_{.v6 = {}} {}

  // The other end of a connected socket.
  [[nodiscard]] static Peer of(int fd);
  // This end of a bound socket, in the same form.
  [[nodiscard]] static Peer local_of(int fd);

  // `127.0.0.1:40000` or `[::1]:40000`; IPv4 that came through a socket of IPv6 as IPv4. "" when it
  // is not known.
  [[nodiscard]] std::string text() const;

  // `127.0.0.1` or `::1`; "" when it is not known.
  [[nodiscard]] std::string address() const;

  // The address without its port. Allocates nothing.
  [[nodiscard]] AddressBits bits() const;

  // For the kernel to write to.
  [[nodiscard]] sockaddr* data() { return &address_.any; }
  static constexpr socklen_t kBytes = sizeof(sockaddr_in6);

 private:
  union Address {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  Address address_;
};

// Who sent the datagrams of one receive. Borrows from the listener.
class Senders {
 public:
  // No sender is known.
  Senders() = default;
  // Of the first datagrams.
  explicit Senders(std::span<const Peer> peers) : peers_(peers) {}

  // As `Peer::text`; "" for a datagram whose sender the kernel was not asked for.
  [[nodiscard]] std::string of(std::size_t datagram) const {
    return datagram < peers_.size() ? peers_[datagram].text() : std::string();
  }
  // The same without its port.
  [[nodiscard]] std::string address_of(std::size_t datagram) const {
    return datagram < peers_.size() ? peers_[datagram].address() : std::string();
  }
  // Not known for such a one.
  [[nodiscard]] Peer peer(std::size_t datagram) const {
    return datagram < peers_.size() ? peers_[datagram] : Peer();
  }

 private:
  std::span<const Peer> peers_;
};

}  // namespace weir::net
