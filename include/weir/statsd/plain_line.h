// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "weir/sample/sample.h"
#include "weir/statsd/delimiters.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/plain_number.h"

namespace weir::statsd {

// A line of the shape of nearly all that is sent: `NAME:NUMBER|TYPE`, or with dogstatsd
// `NAME:NUMBER|TYPE|#TAGS`, where the number is a short decimal without a sign. Borrows from the
// datagram.
struct PlainLine {
  // The line begins with the name, and a `:` follows it.
  const char* at;
  std::uint32_t size;
  std::uint32_t name_size;
  // From the begin of the line to the `#`; 0 without tags.
  std::uint32_t tags_place;
  // 0 without tags; with the `#`.
  std::uint32_t tags_size;
  double value;
  sample::SampleKind kind;

  [[nodiscard]] std::string_view text() const { return {at, size}; }
  [[nodiscard]] std::string_view name() const { return {at, name_size}; }
  [[nodiscard]] std::string_view tags() const { return {at + tags_place, tags_size}; }
  [[nodiscard]] sample::Sample sample() const {
    sample::Sample made;
    made.name = name();
    if (tags_size != 0) static_cast<void>(made.fields.add(tags()));
    made.kind = kind;
    made.value = value;
    made.unsampled = value;
    return made;
  }
};

namespace detail {

// A type, by the first letter of its text.
struct TypeText {
  sample::SampleKind kind = sample::SampleKind::Counter;
  // 0 where no type begins so.
  std::uint8_t size = 0;
  char last = 0;
};

inline constexpr std::array<TypeText, 256> kTypes = [] {
  std::array<TypeText, 256> types{};
  types['c'] = {sample::SampleKind::Counter, 1, 'c'};
  types['g'] = {sample::SampleKind::Gauge, 1, 'g'};
  types['m'] = {sample::SampleKind::Timer, 2, 's'};
  types['h'] = {sample::SampleKind::Histogram, 1, 'h'};
  types['d'] = {sample::SampleKind::Distribution, 1, 'd'};
  return types;
}();

// Reads the type in [at, at + size). Types come in any order, so there is no branch for each.
inline bool read_type(const char* at, std::size_t size, sample::SampleKind& kind) {
  if (size == 0) return false;
  const TypeText type = kTypes[static_cast<unsigned char>(*at)];
  kind = type.kind;
  return static_cast<int>(size == type.size) + static_cast<int>(at[size - 1] == type.last) == 2;
}

}  // namespace detail

// Reads the plain lines of datagrams.
//
// Checks only the shape. Name and tags stay unchecked: if this identity is in the binding table,
// `LineParser` accepted it before; otherwise `LineParser::fault_of` checks them.
class PlainLineReader {
 public:
  // No line of more than `size_max` bytes is plain.
  PlainLineReader(const Dialects& dialects, std::size_t size_max,
                  base::CpuLevel cpu_level = base::best_cpu_level())
      : reads_tags_(dialects.dogstatsd), size_max_(size_max), found_(cpu_level) {}

  // Goes to the first line of [at, end). Forgets what was read before.
  void open(const char* at, const char* end) {
    end_ = end;
    is_done_ = false;
    look_from(at);
  }

  // True when no line is left. A newline at the end is followed by an empty line.
  [[nodiscard]] bool is_done() const { return is_done_; }
  // Where the next line begins.
  [[nodiscard]] const char* place() const { return window_ + place_.begin; }

  // Reads the next lines into `lines`, one each, until these are full, no line is left, or the next
  // one is not plain, at which it stays. Returns how many it read. `Line` is a PlainLine or has one
  // for a base.
  template <typename Line>
  std::size_t read(std::span<Line> lines) {
    std::size_t count = read_here(lines);
    while (count < lines.size() && !is_done_ && look_further()) {
      const std::size_t more = read_here(lines.subspan(count));
      if (more == 0) break;
      count += more;
    }
    return count;
  }

  // Moves past the line that ends at `stop`, its newline or the end.
  void skip_to(const char* stop) {
    is_done_ = stop == end_;
    if (is_done_) return;
    place_.begin = static_cast<std::size_t>(stop - window_) + 1;
    if (place_.begin > size_) return look_from(stop + 1);
    while (place_.next < found_.ends() && found_.end(place_.next) < place_.begin) ++place_.next;
  }

 private:
  // Where reading is. Apart from the rest, so that it stays in registers.
  struct Place {
    // Of the next line in what was looked at.
    std::size_t begin;
    // The number of the first end that is not of lines before.
    std::size_t next;
  };

  void look_from(const char* at) {
    window_ = at;
    size_ = std::min(static_cast<std::size_t>(end_ - at), statsd::Delimiters::kSizeMax);
    found_.find(at, size_);
    place_ = {0, 0};
  }
  // False when that would not help.
  bool look_further() {
    if (window_ + size_ == end_ || place_.begin == 0) return false;
    if (place_.next + kEndsOfLine <= found_.ends()) return false;
    look_from(place());
    return true;
  }

  template <typename Line>
  std::size_t read_here(std::span<Line> lines) {
    Place place = place_;
    const char* const window = window_;
    const std::size_t size = size_;
    std::size_t count = 0;
    while (count < lines.size() && place.begin <= size) {
      if (!read_line(window, size, place, lines[count])) break;
      ++count;
    }
    is_done_ = place.begin > size;
    place_ = place;
    return count;
  }
  bool read_line(const char* window, std::size_t size, Place& place, PlainLine& line) const;

  // Of a line with tags.
  static constexpr std::size_t kEndsOfLine = 3;

  bool reads_tags_;
  bool is_done_ = true;
  std::size_t size_max_;
  statsd::Delimiters found_;
  const char* end_ = nullptr;
  // What was looked at.
  const char* window_ = nullptr;
  std::size_t size_ = 0;
  Place place_{};
};

// Where things are is found without looking at what they are, so that the next line can be begun
// before this one is understood.
inline bool PlainLineReader::read_line(const char* window, std::size_t size, Place& place,
                                       PlainLine& line) const {
  const std::size_t bar = found_.end(place.next);
  const std::size_t type_end = found_.end(place.next + 1);
  const std::size_t colon = found_.colon(place.begin);
  if (bar == size || window[bar] != '|' || colon > bar) return false;
  sample::SampleKind kind{};
  double value = 0;
  if (!detail::read_type(window + bar + 1, type_end - bar - 1, kind)) return false;
  if (!read_plain_number(window + colon + 1, bar - colon - 1, end_, value)) return false;
  std::size_t stop = type_end;
  std::size_t tags_place = 0;
  std::size_t tags_size = 0;
  std::size_t ends = kEndsOfLine - 1;
  if (type_end != size && window[type_end] == '|') {
    stop = found_.end(place.next + 2);
    if (!reads_tags_ || type_end + 1 == size || window[type_end + 1] != '#') return false;
    // Fields that follow, and the carriage return that a line may end with, are left to the parser.
    if ((stop != size && window[stop] == '|') || window[stop - 1] == '\r') return false;
    tags_place = type_end + 1 - place.begin;
    tags_size = stop - type_end - 1;
    ++ends;
  }
  const std::size_t line_size = stop - place.begin;
  if ((stop == size && window + size != end_) || line_size > size_max_) return false;
  line.at = window + place.begin;
  line.size = static_cast<std::uint32_t>(line_size);
  line.name_size = static_cast<std::uint32_t>(colon - place.begin);
  line.tags_place = static_cast<std::uint32_t>(tags_place);
  line.tags_size = static_cast<std::uint32_t>(tags_size);
  line.value = value;
  line.kind = kind;
  place = {stop + 1, place.next + ends};
  return true;
}

}  // namespace weir::statsd
