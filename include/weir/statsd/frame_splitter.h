// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace weir::statsd {

// Joins the bytes of one stream into the frames of DogStatsD's unix streams: a length of four
// bytes, little-endian, then a payload, which is treated as a datagram. A frame above the limit is
// skipped without being kept and counted, and the stream goes on. One per connection; memory is
// at most twice the limit, whatever length a frame announces.
class FrameSplitter {
 public:
  // Borrowed views; `on_payload` must not keep them.
  using OnPayload = std::function<void(std::string_view payload)>;

  explicit FrameSplitter(std::size_t frame_bytes_max) : frame_bytes_max_(frame_bytes_max) {}

  // Hands every payload that `bytes` complete to `on_payload`, but for empty ones, which are legal
  // and hold no line. Returns how many frames were found to be too long.
  [[nodiscard]] std::size_t feed(std::string_view bytes, const OnPayload& on_payload);
  // The stream ended. True when it cut a frame off, whose bytes are lost; a frame that was too long
  // has been counted already.
  [[nodiscard]] bool finish();
  // The bytes of frames that were too long or cut off, with their lengths, since it was last asked.
  [[nodiscard]] std::uint64_t take_lost_bytes() { return std::exchange(lost_bytes_, 0); }
  // True when `finish` would find a frame cut off.
  [[nodiscard]] bool holds_bytes() const {
    return length_size_ > 0 || (missing_ > 0 && !is_skipping_);
  }

 private:
  static constexpr std::size_t kLengthBytes = 4;

  // Returns whether a frame turned out to be too long.
  bool take_length(std::string_view& bytes);
  void take_payload(std::string_view& bytes, const OnPayload& on_payload);

  std::size_t frame_bytes_max_;
  std::array<char, kLengthBytes> length_{};
  std::size_t length_size_ = 0;  // bytes of the length that have come
  std::uint32_t missing_ = 0;    // bytes of the payload that have not come
  bool is_skipping_ = false;
  std::string pending_;  // of the payload
  std::uint64_t lost_bytes_ = 0;
};

}  // namespace weir::statsd
