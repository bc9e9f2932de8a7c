// SPDX-License-Identifier: Apache-2.0
// Networks of an allow-list: what is read shows itself in a text that reads as the same network,
// and that has its own first address.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/net/allow_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using weir::net::Network;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto network = Network::parse(text);
  if (!network) return 0;
  const std::string shown = network->text();
  const auto again = Network::parse(shown);
  assert(again && again->text() == shown);
  const auto first = Network::parse(shown.substr(0, shown.find('/')));
  assert(first);
  return 0;
}
