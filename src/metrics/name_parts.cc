// SPDX-License-Identifier: Apache-2.0
#include "metrics/name_parts.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "weir/base/hash.h"

namespace weir::metrics {

namespace {

// Two borders each: one before a key that many have, one after it.
constexpr std::size_t kCandidates = NameParts::kPartsMax / 2 - 1;

std::uint64_t first_byte_highest(std::uint64_t word) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

}  // namespace

NameParts::NameParts(std::span<const std::string_view> sample) {
  const std::string_view first = sample.front();
  const std::string_view last = sample.back();
  beginning_.assign(first.begin(), std::ranges::mismatch(first, last).in1);
  borders_.fill(std::numeric_limits<Key>::max());
  Key before = 0;
  for (std::size_t i = 1; i <= kCandidates; ++i) {
    const Key key = key_of(sample[i * (sample.size() - 1) / kCandidates]);
    if (key != before) {
      add_border(key);
    } else if (key < std::numeric_limits<Key>::max()) {
      add_border(key + 1);
    }
    before = key;
  }
}

void NameParts::add_border(Key key) {
  if (border_count_ > 0 && borders_.at(border_count_ - 1) >= key) return;
  borders_.at(border_count_++) = key;
}

NameParts::Key NameParts::key_of(std::string_view name) const {
  const char* const rest = name.data() + beginning_.size();
  const std::size_t size = name.size() - beginning_.size();
  if (size >= sizeof(Key)) return first_byte_highest(base::load_word<sizeof(Key)>(rest));
  std::array<char, sizeof(Key)> bytes{};
  std::copy_n(rest, size, bytes.begin());
  return first_byte_highest(base::load_word<sizeof(Key)>(bytes.data()));
}

NameParts::Part NameParts::part_of(std::string_view name) const {
  if (!name.starts_with(beginning_)) {
    return name < beginning_ ? 0 : static_cast<Part>(border_count_);
  }
  const Key key = key_of(name);
  // How many borders are not after it, without a branch: each would be a guess.
  std::size_t part = 0;
  for (unsigned bit = kPartBits; bit-- > 0;) {
    const std::size_t step = std::size_t{1} << bit;
    part += std::size_t{borders_[part + step - 1] <= key} << bit;
  }
  return static_cast<Part>(std::min(part, border_count_));
}

}  // namespace weir::metrics
