// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/line_queue.h"

#include <utility>

namespace weir::app {

std::uint64_t LineQueue::push(LineChunk chunk, bool is_being_sent) {
  std::uint64_t lost = 0;
  auto oldest = chunks_.begin();
  if (is_being_sent && oldest != chunks_.end()) ++oldest;
  while (oldest != chunks_.end() && bytes_ + chunk.bytes.size() > bytes_max_) {
    lost += oldest->lines;
    bytes_ -= oldest->bytes.size();
    oldest = chunks_.erase(oldest);
  }
  if (bytes_ + chunk.bytes.size() > bytes_max_) return lost + chunk.lines;
  bytes_ += chunk.bytes.size();
  chunks_.push_back(std::move(chunk));
  return lost;
}

void LineQueue::pop() {
  bytes_ -= chunks_.front().bytes.size();
  chunks_.pop_front();
}

std::uint64_t LineQueue::clear() {
  std::uint64_t lines = 0;
  for (const LineChunk& chunk : chunks_) lines += chunk.lines;
  chunks_.clear();
  bytes_ = 0;
  return lines;
}

}  // namespace weir::app
