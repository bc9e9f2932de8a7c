// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "weir/base/result.h"

namespace weir::net {

enum class PortError : std::uint8_t {
  NotANumber,
  UnknownService,  // no number, nor a name of the services file
  OutOfRange,      // not from 0 to 65535
};

// Whose services a name is looked up among.
enum class Transport : std::uint8_t { Tcp, Udp };

// Reads a port: decimal digits with one optional sign. Never UnknownService. Any thread.
[[nodiscard]] base::Result<std::uint16_t, PortError> parse_port_number(std::string_view text);

// Reads a port that may also be the name of a service; no text is port 0. Never NotANumber. Reads
// the services file, but knows `http` and `https` over TCP without one. Any thread.
[[nodiscard]] base::Result<std::uint16_t, PortError> parse_port(std::string_view text,
                                                                Transport transport);

}  // namespace weir::net
