// SPDX-License-Identifier: Apache-2.0
// Whatever bytes come as Snappy, a block or a stream, they are unpacked or refused, and nothing
// longer than allowed comes out.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>

#include "weir/passthrough/snappy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::passthrough;
  constexpr std::size_t kBytesMax = 65'536;
  const std::string packed(reinterpret_cast<const char*>(data), size);
  const auto block = uncompress_snappy_block(packed, kBytesMax);
  assert(!block || block->size() <= kBytesMax);
  assert(!block || *uncompress_snappy_block(compress_snappy_block(*block), kBytesMax) == *block);
  const auto stream = uncompress_snappy_stream(packed, kBytesMax);
  assert(!stream || (is_snappy_stream(packed) && stream->size() <= kBytesMax));
  return 0;
}
