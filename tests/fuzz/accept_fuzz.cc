// SPDX-License-Identifier: Apache-2.0
// `Accept`: whatever the header holds, one of the formats on offer is chosen, and asking for what
// was answered gives the same answer.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/exposition/negotiation.h"

namespace {

using weir::exposition::Format;
using weir::exposition::Negotiated;
using weir::exposition::Offer;

Negotiated check(std::string_view header, Offer offer) {
  const Negotiated chosen = weir::exposition::negotiate(header, offer);
  const Negotiated again = weir::exposition::negotiate(chosen.content_type, offer);
  assert(again.format == chosen.format);
  assert(again.escaping == chosen.escaping);
  assert(again.content_type == chosen.content_type);
  return chosen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  check(header, Offer::All);
  const Format format = check(header, Offer::Reference).format;
  assert(format != Format::Text1);
  assert(format != Format::OpenMetrics001 && format != Format::OpenMetrics100);
  return 0;
}
