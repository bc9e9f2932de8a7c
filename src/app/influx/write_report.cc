// SPDX-License-Identifier: Apache-2.0
#include "app/influx/write_report.h"

#include <fmt/core.h>

#include "weir/base/escape.h"

namespace weir::app {

void WriteReport::add_refused(std::string_view line, const influx::PointError& error) {
  ++refused_;
  if (faults_.size() > kTextBytesMax) {
    ++unsaid_;
    return;
  }
  const std::string_view shown = base::beginning_of(line, kLineBytesMax);
  if (!faults_.empty()) faults_ += '\n';
  faults_ += fmt::format("unable to parse '{}{}': {}", shown,
                         shown.size() < line.size() ? "..." : "", influx::text_of(error));
}

std::string WriteReport::text() const {
  if (refused_ == 0) return {};
  std::string text = faults_;
  if (unsaid_ > 0) text += fmt::format("\nand {} more", unsaid_);
  // What InfluxDB says was dropped is what its storage refused, and none of it.
  return taken_ == 0 ? text : fmt::format("partial write: {} dropped=0", text);
}

}  // namespace weir::app
