// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir::exposition {

// Where a label body has its quotes, to know whether another one has them in the same places. One
// thread.
class QuotePattern {
 public:
  // Of `body`, from here on, which has no backslash. Nothing matches where it is too short or too
  // long for what this does.
  void set(std::string_view body) {
    size_ = kNone;
    if (body.size() < kBlock || body.size() > quotes_.size() * kBlock) return;
    size_ = body.size();
    const std::size_t last = size_ - kBlock;
    // Where there is less than four blocks, they overlap.
    places_ = {0, std::min(kBlock, last), std::min(2 * kBlock, last), last};
    for (std::size_t i = 0; i < places_.size(); ++i) {
      quotes_[i] = reinterpret_cast<Bytes>(block(body, i) == '"');
    }
  }

  // Whether it is as long, with quotes in the same places and no others, and no backslash.
  [[nodiscard]] bool matches(std::string_view body) const {
    if (body.size() != size_) return false;
    Bytes differences{};
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const Bytes bytes = block(body, i);
      differences |= (reinterpret_cast<Bytes>(bytes == '"') ^ quotes_[i]) |
                     reinterpret_cast<Bytes>(bytes == '\\');
    }
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), &differences, sizeof(words));
    return (words[0] | words[1]) == 0;
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  static constexpr std::size_t kBlock = 16;
  using Bytes [[gnu::vector_size(kBlock)]] = char;

  [[nodiscard]] Bytes block(std::string_view body, std::size_t i) const {
    Bytes bytes;
    std::memcpy(&bytes, body.data() + places_[i], kBlock);
    return bytes;
  }

  // `kNone` where nothing matches.
  std::size_t size_ = kNone;
  std::array<std::size_t, 4> places_{};
  std::array<Bytes, 4> quotes_{};
};

}  // namespace weir::exposition
