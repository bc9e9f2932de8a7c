// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "weir/influx/point.h"

namespace weir::app {

// What is to be said of the lines of one write.
class WriteReport {
 public:
  // Of all that is said of lines, and of each that is shown. The rest is only counted.
  static constexpr std::size_t kTextBytesMax = 16'384;
  static constexpr std::size_t kLineBytesMax = 1024;

  void add_taken() { ++taken_; }
  void add_refused(std::string_view line, const influx::PointError& error);

  [[nodiscard]] std::size_t taken() const { return taken_; }
  [[nodiscard]] std::size_t refused() const { return refused_; }
  // As InfluxDB words it: `unable to parse 'cpu': missing fields`, a line for each, with `partial
  // write` where others were taken. "" where nothing was refused.
  [[nodiscard]] std::string text() const;

 private:
  std::size_t taken_ = 0;
  std::size_t refused_ = 0;
  std::size_t unsaid_ = 0;
  std::string faults_;
};

}  // namespace weir::app
