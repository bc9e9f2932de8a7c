// SPDX-License-Identifier: Apache-2.0
// A stream gives the same payloads however it is cut. The first byte is the limit, the second seeds
// the cuts.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "weir/statsd/frame_splitter.h"

namespace {

struct Outcome {
  std::vector<std::string> payloads;
  std::size_t too_long = 0;
  bool is_cut_off = false;

  bool operator==(const Outcome&) const = default;
};

// Feeds pieces of 1 to `piece_max` bytes.
Outcome split(std::string_view bytes, std::size_t frame_max, std::size_t piece_max, unsigned seed) {
  std::minstd_rand random(seed + 1);
  weir::statsd::FrameSplitter splitter(frame_max);
  Outcome outcome;
  const auto keep = [&](std::string_view payload) {
    assert(!payload.empty() && payload.size() <= frame_max);
    outcome.payloads.emplace_back(payload);
  };
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, 1 + random() % piece_max);
    outcome.too_long += splitter.feed(piece, keep);
    bytes.remove_prefix(piece.size());
  }
  const bool holds_bytes = splitter.holds_bytes();
  outcome.is_cut_off = splitter.finish();
  assert(outcome.is_cut_off == holds_bytes);
  return outcome;
}

// The same in the plainest words.
Outcome split_plainly(std::string_view bytes, std::size_t frame_max) {
  constexpr std::size_t kLengthBytes = 4;
  Outcome outcome;
  while (!bytes.empty()) {
    outcome.is_cut_off = bytes.size() < kLengthBytes;
    if (outcome.is_cut_off) break;
    std::size_t size = 0;
    for (std::size_t i = kLengthBytes; i > 0; --i) {
      size = size * 256 + static_cast<unsigned char>(bytes[i - 1]);
    }
    bytes.remove_prefix(kLengthBytes);
    const auto payload = bytes.substr(0, size);
    bytes.remove_prefix(payload.size());
    if (size > frame_max) {
      ++outcome.too_long;
    } else if (payload.size() < size) {
      outcome.is_cut_off = true;
    } else if (size > 0) {
      outcome.payloads.emplace_back(payload);
    }
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kHeader = 2;
  if (size < kHeader) return 0;
  const std::size_t frame_max = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + kHeader, size - kHeader);

  const Outcome expected = split_plainly(bytes, frame_max);

  for (const std::size_t piece_max : {std::size_t{1}, std::size_t{5}, std::size_t{64}, size}) {
    const bool is_same = split(bytes, frame_max, piece_max, data[1]) == expected;
    assert(is_same);
  }
  return 0;
}
