// SPDX-License-Identifier: Apache-2.0
// Whatever bytes come as a body with the encoding gzip, they are unpacked in pieces of the length
// that was asked for, whose size does not change what is read.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/http/gunzip.h"

namespace {

using weir::http::Gunzip;

// A few bytes unpack to a thousand times as many.
constexpr std::size_t kBytesMax = std::size_t{1} << 16U;

struct Unpacked {
  std::string bytes;
  Gunzip::State state = Gunzip::State::More;
};

Unpacked unpacked(std::string_view packed, std::size_t piece) {
  Unpacked result;
  Gunzip gunzip(packed);
  while (result.state == Gunzip::State::More && result.bytes.size() < kBytesMax) {
    const std::size_t before = result.bytes.size();
    result.state = gunzip.next(result.bytes, piece);
    assert(result.bytes.size() - before <= piece);
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view packed(reinterpret_cast<const char*>(data), size);
  const Unpacked large = unpacked(packed, kBytesMax);
  const Unpacked small = unpacked(packed, 512);
  // What is longer was given up.
  if (large.state == Gunzip::State::More || small.state == Gunzip::State::More) return 0;
  assert(large.state == small.state);
  if (large.state == Gunzip::State::Done) assert(large.bytes == small.bytes);
  return 0;
}
