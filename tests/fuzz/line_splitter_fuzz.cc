// SPDX-License-Identifier: Apache-2.0
// A stream gives the same lines however it is cut. The first byte is the limit, the second seeds
// the cuts.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "weir/statsd/line_splitter.h"

namespace {

struct Outcome {
  std::vector<std::string> lines;
  std::size_t too_long = 0;

  bool operator==(const Outcome&) const = default;
};

// Feeds pieces of 1 to `piece_max` bytes.
Outcome split(std::string_view bytes, std::size_t line_max, std::size_t piece_max, unsigned seed) {
  std::minstd_rand random(seed + 1);
  weir::statsd::LineSplitter splitter(line_max);
  Outcome outcome;
  const auto keep = [&](std::string_view line, weir::statsd::LineBytes) {
    assert(line.size() <= line_max);
    outcome.lines.emplace_back(line);
  };
  const auto count_too_long = [&](std::string_view beginning) {
    assert(!beginning.empty());
    ++outcome.too_long;
  };
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, 1 + random() % piece_max);
    splitter.feed(piece, keep, count_too_long);
    bytes.remove_prefix(piece.size());
  }
  splitter.finish(keep);
  return outcome;
}

// The same in the plainest words.
Outcome split_plainly(std::string_view bytes, std::size_t line_max) {
  Outcome outcome;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    auto line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.size() > line_max) {
      ++outcome.too_long;
      continue;
    }
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    outcome.lines.emplace_back(line);
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kHeader = 2;
  if (size < kHeader) return 0;
  const std::size_t line_max = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + kHeader, size - kHeader);

  const Outcome expected = split_plainly(bytes, line_max);

  for (const std::size_t piece_max : {std::size_t{1}, std::size_t{5}, std::size_t{64}, size}) {
    const bool is_same = split(bytes, line_max, piece_max, data[1]) == expected;
    assert(is_same);
  }
  return 0;
}
