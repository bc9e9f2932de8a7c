// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "weir/influx/point_parser.h"
#include "weir/influx/sample_maker.h"
#include "weir/influx/tags.h"
#include "weir/sample/protocol.h"
#include "weir/sample/sample.h"
#include "weir/wavefront/line_parser.h"
#include "weir/wavefront/sample_maker.h"

namespace weir::insight {

// Reads lines of InfluxDB's and Wavefront's clients again, as the worker that took them has. One
// thread at a time.
class ForeignReader {
 public:
  using TakeSample = std::function<void(const sample::Sample& sample)>;
  using TakeTag = std::function<void(std::string_view key, std::string_view value)>;

  ForeignReader();

  // Calls `take` with each sample that the line becomes, which borrows from the line and the
  // reader until the call returns. False for a line that cannot be read. `protocol` is not
  // StatsD's; the line is not blank, and no comment.
  bool read(sample::Protocol protocol, std::string_view line, const TakeSample& take);
  // Calls `take` with each tag of a sample of such a line, without escapes.
  void read_tags(sample::Protocol protocol, const sample::Sample& sample, const TakeTag& take);

 private:
  bool read_point(std::string_view line, const TakeSample& take);
  bool read_wavefront(std::string_view line, const TakeSample& take);

  influx::PointParser points_;
  influx::SampleMaker point_samples_;
  influx::TagReader point_tags_;
  wavefront::LineParser lines_;
  wavefront::SampleMaker line_samples_;
};

}  // namespace weir::insight
