// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/influx/point.h"

namespace weir::influx {

// Takes the next line off `text`, without its line feed. One inside the quotes of a field does not
// end the line. Precondition: `text` is not empty.
[[nodiscard]] std::string_view take_line(std::string_view& text);

// `line` without the blanks before it; "" when nothing is to be read of it: blanks alone, or a
// comment.
[[nodiscard]] std::string_view content_of(std::string_view line);

// Reads lines as InfluxDB 1.6 does. Allocates only for a line with more fields than any before.
// Differences: unsigned integers (`7u`) are read, and of two tags with one key the last counts.
class PointParser {
 public:
  // Every field has a name with the measurement and the tags in it: fields times their bytes, for
  // one line. More would make a short body a lot of work.
  static constexpr std::size_t kKeyBytesMax = std::size_t{1} << 20;

  explicit PointParser(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // `line` is what `content_of` leaves, and not empty. What is returned is good until the next
  // call.
  [[nodiscard]] base::Result<Point, PointError> parse(std::string_view line, Precision precision);

 private:
  std::size_t line_bytes_max_;
  std::vector<Field> fields_;
};

}  // namespace weir::influx
