// SPDX-License-Identifier: Apache-2.0
// Whatever an application sends as its page, encrypted or not, it is opened or refused, and is no
// longer than allowed. What is sealed is opened as it was.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/rsocket/payload.h"

namespace {

using namespace weir::rsocket;

constexpr std::size_t kTextMax = 1 << 20;
constexpr std::string_view kAesKey = "0123456789abcdef";

void check_text(std::string_view text) {
  const auto sealed = seal_payload(kPlaintext, text);
  assert(sealed);
  const auto opened = open_payload(nullptr, {sealed->metadata, sealed->data}, kTextMax);
  assert(opened ? *opened == text : text.size() > kTextMax);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check_text(bytes);
  const auto text = decrypt_text(kAesKey, bytes, kTextMax);
  if (text) assert(text->size() <= kTextMax);
  // As a proxy's public key.
  const auto sealed = seal_payload(bytes, "up 1\n");
  if (sealed) assert(!sealed->data.empty());
  return 0;
}
