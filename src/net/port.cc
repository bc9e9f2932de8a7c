// SPDX-License-Identifier: Apache-2.0
#include "weir/net/port.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <netdb.h>
#include <netinet/in.h>
#include <string>
#include <system_error>

namespace weir::net {
namespace {

constexpr std::int64_t kPortMax = 65535;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kServiceBytesMax = 4096;

base::Result<std::uint16_t, PortError> service_port(std::string_view name, Transport transport) {
  if (transport == Transport::Tcp && name == "http") return kHttpPort;
  if (transport == Transport::Tcp && name == "https") return kHttpsPort;
  std::array<char, kServiceBytesMax> storage{};
  servent entry{};
  servent* found = nullptr;
  ::getservbyname_r(std::string(name).c_str(), transport == Transport::Tcp ? "tcp" : "udp", &entry,
                    storage.data(), storage.size(), &found);
  if (found == nullptr) return PortError::UnknownService;
  return ntohs(static_cast<std::uint16_t>(found->s_port));
}

}  // namespace

base::Result<std::uint16_t, PortError> parse_port_number(std::string_view text) {
  const bool has_plus = text.starts_with('+');
  const std::string_view digits = has_plus ? text.substr(1) : text;
  if (has_plus && digits.starts_with('-')) return PortError::NotANumber;
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_number =
      end == digits.data() + digits.size() && fault != std::errc::invalid_argument;
  if (!is_number) return PortError::NotANumber;
  if (fault != std::errc{} || value < 0 || value > kPortMax) return PortError::OutOfRange;
  return static_cast<std::uint16_t>(value);
}

base::Result<std::uint16_t, PortError> parse_port(std::string_view text, Transport transport) {
  if (text.empty()) return std::uint16_t{0};
  const auto number = parse_port_number(text);
  if (number || number.error() != PortError::NotANumber) return number;
  return service_port(text, transport);
}

}  // namespace weir::net
