// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cstdint>
#include <netdb.h>
#include <netinet/in.h>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "weir/relay/relay.h"

namespace weir::relay {

namespace {

constexpr std::int64_t kPortMax = 65'535;
constexpr std::size_t kServiceBytesMax = 4096;

std::uint16_t service_port(std::string_view name) {
  std::array<char, kServiceBytesMax> storage{};
  servent entry{};
  servent* found = nullptr;
  ::getservbyname_r(std::string(name).c_str(), "udp", &entry, storage.data(), storage.size(),
                    &found);
  if (found == nullptr) throw net::ListenError(fmt::format("lookup udp/{}: unknown port", name));
  return ntohs(static_cast<std::uint16_t>(found->s_port));
}

// Digits with one optional sign are a number, anything else names a service; nothing is port 0.
std::uint16_t udp_port(std::string_view text) {
  if (text.empty()) return 0;
  const bool has_plus = text[0] == '+';
  const std::string_view digits = has_plus ? text.substr(1) : text;
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_number =
      end == digits.data() + digits.size() && fault != std::errc::invalid_argument;
  if (!is_number || (has_plus && digits[0] == '-')) return service_port(text);
  if (fault != std::errc{} || value < 0 || value > kPortMax) {
    throw net::ListenError(fmt::format("address {}: invalid port", text));
  }
  return static_cast<std::uint16_t>(value);
}

}  // namespace

net::Endpoint relay_endpoint(std::string_view target) {
  const net::HostPort parts = net::split_host_port(target);
  const std::uint16_t port = udp_port(parts.port);
  try {
    return net::statsd_endpoint(fmt::format("[{}]:{}", parts.host, port));
  } catch (const net::ListenError&) {
    // Both parts have been read, so it is the name that nobody knows.
    throw net::LookupError(fmt::format("lookup {}: no such host", parts.host));
  }
}

}  // namespace weir::relay
