// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "exposition/created_time.h"
#include "exposition/sample_lines.h"
#include "weir/base/clock.h"

namespace weir::exposition {

// The number of a sample `_created` and the end of its line.
class CreatedText {
 public:
  // What `put` needs room for.
  static constexpr std::size_t kRoom = 48;
  static_assert(kRoom > kSampleNumberMax);

  CreatedText() = default;
  explicit CreatedText(base::UnixTime created);

  [[nodiscard]] std::string_view number() const { return {line_.data(), number_size_}; }

  // Writes both to `at`, and other bytes after them, and returns their end.
  char* put(char* at) const {
    // A copy of a size that is known is a few instructions.
    std::memcpy(at, line_.data(), kRoom);
    return at + number_size_ + 1;
  }

 private:
  std::array<char, kRoom> line_{};
  std::size_t number_size_ = 0;
};

// Those of the times that came last. One thread.
class CreatedTexts {
 public:
  const CreatedText& get(base::UnixTime created) {
    return texts_.get(created,
                      [](base::UnixTime time, CreatedText& made) { made = CreatedText(time); });
  }

 private:
  MadeOfCreated<CreatedText> texts_;
};

}  // namespace weir::exposition
