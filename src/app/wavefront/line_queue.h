// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

namespace weir::app {

// Whole lines, as they are sent in one piece.
struct LineChunk {
  std::string bytes;
  std::uint64_t lines = 0;
};

// Chunks that wait to be sent, bounded by their bytes: for a new one the oldest go. One thread.
class LineQueue {
 public:
  explicit LineQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Returns how many lines went for it, its own if it alone is too long. The chunk in front stays
  // while it `is_being_sent`.
  std::uint64_t push(LineChunk chunk, bool is_being_sent);
  // Precondition of both: it is not empty.
  [[nodiscard]] const LineChunk& front() const { return chunks_.front(); }
  void pop();

  [[nodiscard]] bool empty() const { return chunks_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  // Empties it. Returns how many lines it had.
  std::uint64_t clear();

 private:
  const std::size_t bytes_max_;
  std::list<LineChunk> chunks_;
  std::size_t bytes_ = 0;
};

}  // namespace weir::app
