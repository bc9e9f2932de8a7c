// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/line_splitter.h"

namespace weir::statsd {

void LineSplitter::feed(std::string_view bytes, const OnLine& on_line,
                        const OnTooLong& on_too_long) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto piece = bytes.substr(0, end);
    const bool is_complete = end != std::string_view::npos;
    if (!is_skipping_ && pending_.size() + piece.size() > line_bytes_max_) {
      on_too_long(pending_.empty() ? piece : pending_);
      is_skipping_ = true;
      skipped_bytes_ += pending_.size();
      pending_.clear();
    }
    if (is_skipping_) skipped_bytes_ += piece.size();
    if (!is_complete) {
      if (!is_skipping_) pending_.append(piece);
      return;
    }
    if (!is_skipping_) complete(piece, on_line);
    is_skipping_ = false;
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::complete(std::string_view piece, const OnLine& on_line) {
  // A line that came in one piece is not copied.
  const bool is_joined = !pending_.empty();
  if (is_joined) piece = pending_.append(piece);
  if (piece.ends_with('\r')) piece.remove_suffix(1);
  on_line(piece, is_joined ? LineBytes::Joined : LineBytes::Fed);
  pending_.clear();
}

void LineSplitter::finish(const OnLine& on_line) {
  if (!pending_.empty()) on_line(pending_, LineBytes::Joined);
  pending_.clear();
  is_skipping_ = false;
}

}  // namespace weir::statsd
