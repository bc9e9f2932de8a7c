// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/influxwrite/lines.h"

namespace weir::influxwrite {

// A tag that is no label.
struct ExtraTag {
  std::string_view name;
  std::string_view value;  // of word characters, `.`, `+` and `-`
};

// Appends `name` as the measurement of a line.
void append_measurement(std::string& out, std::string_view name);

// Writes lines of InfluxDB's protocol, one after the other. What a line cannot say is replaced: a
// line feed by a space, backslashes at the end of a value by nothing, since they would escape what
// follows. Labels with InfluxDB's own names end in a `_`. One thread.
class LineWriter {
 public:
  explicit LineWriter(LineTarget target);

  // `measurement` is as `append_measurement` writes it; `labels` is a label body. `extras`, sorted,
  // take the places of labels of their names, and theirs among them: InfluxDB likes tags sorted.
  void begin(std::string_view measurement, std::string_view labels,
             std::span<const ExtraTag> extras = {});
  void field(std::string_view name, double value);
  // The line stays when it has a field. Without `time` it is that of the target.
  void end(std::optional<base::UnixTime> time = std::nullopt);

 private:
  void append_tags(std::string_view labels, std::span<const ExtraTag> extras);

  LineTarget target_;
  // As every line has it.
  std::string time_;
  std::size_t start_ = 0;
  std::size_t key_end_ = 0;
  bool has_field_ = false;
};

}  // namespace weir::influxwrite
