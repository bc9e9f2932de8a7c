// SPDX-License-Identifier: Apache-2.0
// `Accept-Encoding`: whatever the header holds, nothing is sent that it does not name, and refusing
// everything before it changes nothing.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/content_encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using weir::http::ContentEncoding;
  const std::string header(reinterpret_cast<const char*>(data), size);
  const ContentEncoding chosen = weir::http::negotiate_encoding(header);
  const bool is_named = header.find(weir::http::coding_name(chosen)) != std::string::npos;
  assert(chosen == ContentEncoding::Identity || is_named);
  const std::string refusing = "identity;q=0,gzip;q=0,zstd;q=0.000,*;q=0 ,";
  assert(weir::http::negotiate_encoding(refusing + header) == chosen);
  return 0;
}
