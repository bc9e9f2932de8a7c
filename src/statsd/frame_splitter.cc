// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/frame_splitter.h"

#include <algorithm>
#include <climits>

namespace weir::statsd {

std::size_t FrameSplitter::feed(std::string_view bytes, const OnPayload& on_payload) {
  std::size_t too_long = 0;
  while (!bytes.empty()) {
    if (missing_ > 0) {
      take_payload(bytes, on_payload);
    } else if (take_length(bytes)) {
      ++too_long;
    }
  }
  return too_long;
}

bool FrameSplitter::take_length(std::string_view& bytes) {
  const std::size_t count = std::min(bytes.size(), kLengthBytes - length_size_);
  std::copy_n(bytes.data(), count, length_.data() + length_size_);
  length_size_ += count;
  bytes.remove_prefix(count);
  if (length_size_ < kLengthBytes) return false;

  length_size_ = 0;
  missing_ = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    missing_ |= std::uint32_t{static_cast<unsigned char>(length_[i])} << (i * CHAR_BIT);
  }
  is_skipping_ = missing_ > frame_bytes_max_;
  if (is_skipping_) lost_bytes_ += kLengthBytes;
  return is_skipping_;
}

void FrameSplitter::take_payload(std::string_view& bytes, const OnPayload& on_payload) {
  const auto piece = bytes.substr(0, missing_);
  bytes.remove_prefix(piece.size());
  missing_ -= static_cast<std::uint32_t>(piece.size());
  if (is_skipping_) {
    lost_bytes_ += piece.size();
    return;
  }
  if (missing_ > 0) {
    pending_.append(piece);
    return;
  }
  // A payload that came in one piece is not copied.
  on_payload(pending_.empty() ? piece : std::string_view(pending_.append(piece)));
  pending_.clear();
}

bool FrameSplitter::finish() {
  const bool is_cut_off = holds_bytes();
  if (is_cut_off) {
    const bool has_length = missing_ > 0;
    lost_bytes_ += has_length ? kLengthBytes + pending_.size() : length_size_;
  }
  length_size_ = 0;
  missing_ = 0;
  pending_.clear();
  return is_cut_off;
}

}  // namespace weir::statsd
