// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace weir::statsd {

// Calls `line` for each piece of `datagram` between newlines, the empty piece after a trailing
// newline included; one trailing `\r` is stripped from each piece (difference Q23). Allocates
// nothing.
template <class OnLine>
void for_each_line(std::string_view datagram, OnLine&& line) {
  while (true) {
    const auto end = datagram.find('\n');
    auto piece = datagram.substr(0, end);
    if (piece.ends_with('\r')) piece.remove_suffix(1);
    line(piece);
    if (end == std::string_view::npos) return;
    datagram.remove_prefix(end + 1);
  }
}

// Whose bytes a line of a stream is made of.
enum class LineBytes : std::uint8_t {
  Fed,     // those that were fed: they stay as long as these do
  Joined,  // the splitter's own, which uses them again once the line has been taken
};

// Joins the bytes of one stream into lines. A line above the limit (everything before its `\n`) is
// skipped up to its newline, and the stream goes on (difference Q40). One per connection; memory is
// bounded by the limit.
class LineSplitter {
 public:
  // Borrowed views: `bytes` says for how long.
  using OnLine = std::function<void(std::string_view line, LineBytes bytes)>;
  using OnTooLong = std::function<void(std::string_view beginning)>;

  explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // Hands every line that `bytes` complete to `on_line`, without its `\n` or `\r\n`. Blank lines
  // are lines. Of each line that is found to be too long `on_too_long` gets a beginning, which is
  // not all that has come of it.
  void feed(std::string_view bytes, const OnLine& on_line, const OnTooLong& on_too_long);
  // The stream ended: hands out the unterminated rest, if there is one, untouched.
  void finish(const OnLine& on_line);
  // The bytes of lines that were too long, without their newlines, since it was last asked.
  [[nodiscard]] std::uint64_t take_skipped_bytes() { return std::exchange(skipped_bytes_, 0); }
  // True when `finish` would hand out a line.
  [[nodiscard]] bool holds_bytes() const { return !pending_.empty(); }

 private:
  void complete(std::string_view piece, const OnLine& on_line);

  std::size_t line_bytes_max_;
  std::string pending_;
  bool is_skipping_ = false;
  std::uint64_t skipped_bytes_ = 0;
};

}  // namespace weir::statsd
