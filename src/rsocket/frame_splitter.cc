// SPDX-License-Identifier: Apache-2.0
#include "weir/rsocket/frame_splitter.h"

#include <cassert>

namespace weir::rsocket {

namespace {

constexpr std::size_t kPrefixBytes = 3;

unsigned octet(char byte) { return static_cast<unsigned char>(byte); }

}  // namespace

void FrameSplitter::append(std::string_view bytes) {
  if (taken_ == buffer_.size()) {
    buffer_.clear();
    taken_ = 0;
    // A large frame is rare, and its memory is not kept for the next.
    constexpr std::size_t kKeptBytes = 65'536;
    if (buffer_.capacity() > kKeptBytes) buffer_.shrink_to_fit();
  } else if (taken_ > 0) {
    buffer_.erase(0, taken_);
    taken_ = 0;
  }
  buffer_ += bytes;
}

std::optional<std::string_view> FrameSplitter::next() {
  if (is_broken_ || buffered_bytes() < kPrefixBytes) return std::nullopt;
  const std::string_view rest = std::string_view(buffer_).substr(taken_);
  const std::size_t length = octet(rest[0]) << 16U | octet(rest[1]) << 8U | octet(rest[2]);
  if (length > frame_bytes_max_) {
    is_broken_ = true;
    return std::nullopt;
  }
  if (rest.size() - kPrefixBytes < length) return std::nullopt;
  taken_ += kPrefixBytes + length;
  return rest.substr(kPrefixBytes, length);
}

std::string frame_length(std::size_t frame_bytes) {
  assert(frame_bytes <= kFrameBytesMax);
  return {static_cast<char>(frame_bytes >> 16U & 0xFFU),
          static_cast<char>(frame_bytes >> 8U & 0xFFU), static_cast<char>(frame_bytes & 0xFFU)};
}

}  // namespace weir::rsocket
