// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "weir/base/clock.h"

namespace weir::insight {

// Something that a sender sent in vain. Texts hold any bytes.
struct RefusedLine {
  base::UnixTime time{};
  // As the label `reason` of its counter, or a word like it; both outlive all.
  std::string_view reason;
  std::string_view transport;
  // As in SampledLine.
  std::string sender;
  std::string line;
  // What of the line is at fault; "" where that is all of it.
  std::string part;
  // Its name on the page, of what was read and came to nothing.
  std::string metric;
  // Why, in words, where the reason does not say it.
  std::string detail;
};

// The last lines that were refused. One thread.
class RefusedLines {
 public:
  static constexpr std::size_t kLinesMax = 100;
  // Of each text.
  static constexpr std::size_t kTextBytesMax = 200;

  void add(RefusedLine line) {
    lines_.push_back(std::move(line));
    if (lines_.size() > kLinesMax) lines_.pop_front();
  }
  // Oldest first.
  [[nodiscard]] const std::deque<RefusedLine>& lines() const { return lines_; }

 private:
  std::deque<RefusedLine> lines_;
};

}  // namespace weir::insight
