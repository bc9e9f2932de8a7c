// SPDX-License-Identifier: Apache-2.0
#include "weir/net/allow_list.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <system_error>

#include <fmt/core.h>

namespace weir::net {
namespace {

constexpr int kV4Bits = 32;
constexpr int kV6Bits = 128;
constexpr int kWordBits = 64;

// The first `bits` of a word.
std::uint64_t mask_of(int bits) {
  if (bits <= 0) return 0;
  constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();
  return bits >= kWordBits ? kAll : kAll << (kWordBits - bits);
}

std::optional<AddressBits> parse_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  // What has a zero in it would end there.
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return {};
  std::copy(text.begin(), text.end(), terminated.begin());
  in_addr v4{};
  if (::inet_pton(AF_INET, terminated.data(), &v4) == 1) return AddressBits::of(v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, terminated.data(), &v6) == 1) return AddressBits::of(v6);
  return {};
}

// Digits alone, and no zero before them.
std::optional<int> parse_length(std::string_view text, int max) {
  int length = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool is_number = fault == std::errc{} && end == text.data() + text.size() &&
                         text.front() != '-' && (text.front() != '0' || text.size() == 1);
  if (!is_number || length > max) return {};
  return length;
}

}  // namespace

// The bits of an IPv4 address are the first of `high`, so that both families count from there.
Network::Network(const AddressBits& first, int bits)
    : first_(first), high_mask_(mask_of(bits)), low_mask_(mask_of(bits - kWordBits)), bits_(bits) {}

base::Result<Network, NetworkError> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto written = text.substr(0, slash);
  const auto address = parse_address(written);
  if (!address) return NetworkError::NotAnAddress;
  // The length of `::ffff:10.0.0.0/104` counts the bits of IPv6.
  const bool is_written_as_v6 = written.find(':') != std::string_view::npos;
  const int max = is_written_as_v6 ? kV6Bits : kV4Bits;
  const auto length =
      slash == std::string_view::npos ? max : parse_length(text.substr(slash + 1), max);
  if (!length) return NetworkError::BadLength;
  const int bits = address->is_v4 && is_written_as_v6 ? *length - (kV6Bits - kV4Bits) : *length;
  if (bits < 0) return NetworkError::BadLength;
  const Network network(*address, bits);
  return network.contains(*address) ? base::Result<Network, NetworkError>(network)
                                    : NetworkError::BitsAfterEnd;
}

std::string Network::text() const { return fmt::format("{}/{}", first_.text(), bits_); }

}  // namespace weir::net
