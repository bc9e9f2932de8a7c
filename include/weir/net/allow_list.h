// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/net/peer.h"

namespace weir::net {

// Why a text is no network.
enum class NetworkError : std::uint8_t {
  NotAnAddress,  // or a name, a zone, a shorthand
  BadLength,     // after the `/`: no number, or more bits than the address has
  BitsAfterEnd,  // `10.1.0.0/8`: the address is not the first of its network
};

// The addresses that begin with the same bits, of IPv4 or of IPv6. An IPv4 address that is mapped
// into IPv6 is one of IPv4, and no network of IPv6 has any.
class Network {
 public:
  // Reads `10.0.0.0/8`, `fd00::/8` or a single address (behaviour listen.allow-from). Allocates
  // nothing. Any thread.
  [[nodiscard]] static base::Result<Network, NetworkError> parse(std::string_view text);

  [[nodiscard]] bool contains(const AddressBits& address) const {
    return address.is_v4 == first_.is_v4 && (address.high & high_mask_) == first_.high &&
           (address.low & low_mask_) == first_.low;
  }

  // As it is parsed, with its length: `10.0.0.0/8`.
  [[nodiscard]] std::string text() const;

 private:
  Network(const AddressBits& first, int bits);

  AddressBits first_;
  std::uint64_t high_mask_ = 0;
  std::uint64_t low_mask_ = 0;
  int bits_ = 0;
};

// The networks that may send. Without one every address may. Immutable once it is in use; then any
// thread.
class AllowList {
 public:
  // `flag` makes it, for messages; it outlives all.
  explicit AllowList(std::string_view flag = {}) : flag_(flag) {}

  void add(const Network& network) { networks_.push_back(network); }

  // Whether every sender is let in, so that none needs to be known.
  [[nodiscard]] bool is_open() const { return networks_.empty(); }
  // Allocates nothing. A sender that is not known is refused unless the list is open.
  [[nodiscard]] bool allows(const Peer& sender) const {
    if (is_open()) return true;
    const AddressBits address = sender.bits();
    return address.is_known && std::ranges::any_of(networks_, [&](const Network& network) {
             return network.contains(address);
           });
  }

  [[nodiscard]] std::string_view flag() const { return flag_; }

 private:
  std::string_view flag_;
  std::vector<Network> networks_;
};

}  // namespace weir::net
