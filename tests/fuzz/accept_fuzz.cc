// SPDX-License-Identifier: Apache-2.0
// `Accept`: whatever the header holds, one of the formats is chosen, and asking for what was
// answered gives the same answer.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/exposition/negotiation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  const auto chosen = weir::exposition::negotiate(header);
  const auto again = weir::exposition::negotiate(chosen.content_type);
  assert(again.format == chosen.format);
  assert(again.content_type == chosen.content_type);
  return 0;
}
