// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir::rsocket {

// A frame can be no longer: its length has three bytes.
inline constexpr std::size_t kFrameBytesMax = 0xFF'FFFF;

// Cuts the bytes of a TCP connection into frames, each of which has its length in front. Memory
// grows with what has been received, not with what a length announces.
class FrameSplitter {
 public:
  // A frame of more bytes is refused.
  explicit FrameSplitter(std::size_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}

  void append(std::string_view bytes);
  // The next whole frame, which is valid until the next call of any function.
  [[nodiscard]] std::optional<std::string_view> next();
  // A length above the limit has been read; nothing that follows can be.
  [[nodiscard]] bool is_broken() const { return is_broken_; }
  // Bytes held back for a frame that is not whole.
  [[nodiscard]] std::size_t buffered_bytes() const { return buffer_.size() - taken_; }

 private:
  std::size_t frame_bytes_max_;
  std::string buffer_;
  std::size_t taken_ = 0;  // of the buffer
  bool is_broken_ = false;
};

// The length that precedes a frame on TCP. Precondition: it is at most kFrameBytesMax.
[[nodiscard]] std::string frame_length(std::size_t frame_bytes);

}  // namespace weir::rsocket
