// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::mapping {

// What readers of a regex have in common. They read the syntax of re2 from the front as far as they
// must, and give up at what they do not know.
class RegexReader {
 protected:
  // Deeper groups are given up.
  static constexpr std::size_t kDepthMax = 32;

  explicit RegexReader(std::string_view regex) : rest_(regex) {}

  // Ends all reading.
  void give_up() {
    is_known_ = false;
    rest_ = {};
  }

  // True when all was read and understood.
  [[nodiscard]] bool is_whole() const { return is_known_ && rest_.empty(); }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  // `*`, `+`, `?` or the brace that begins bounds.
  [[nodiscard]] bool is_at_repetition() const {
    return !rest_.empty() && is_repetition(rest_.front());
  }
  static bool is_repetition(char c) {
    return std::string_view("*+?{").find(c) != std::string_view::npos;
  }

  std::string_view rest_;

 private:
  bool is_known_ = true;
};

}  // namespace weir::mapping
