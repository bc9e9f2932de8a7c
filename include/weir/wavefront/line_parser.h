// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "weir/base/result.h"
#include "weir/wavefront/line.h"

namespace weir::wavefront {

// Whether nothing is to be read of a line.
[[nodiscard]] bool is_blank(std::string_view line);

// Reads lines as Wavefront's proxy does:
//
//     name value [time] [source=... key=value ...]
//     !M [time] #count mean [#count mean ...] name [source=... key=value ...]
//
// Words may be in quotes of either kind. Times are in seconds, milliseconds, microseconds or
// nanoseconds, by how many digits they have. Unlike the proxy it takes any character in names and
// keys. Allocates only for a line with more tags or centroids than any before.
class LineParser {
 public:
  // Every centroid is a sample that has the name and the tags: centroids times their bytes, for one
  // line. More would make a short line a lot of work.
  static constexpr std::size_t kKeyBytesMax = std::size_t{1} << 20;

  // A centroid may count `weight_max` observations.
  explicit LineParser(std::uint32_t weight_max) : weight_max_(weight_max) {}

  // `line` has no line feed and is not blank. What is returned is good until the next call.
  [[nodiscard]] base::Result<Line, LineFault> parse(std::string_view line);

 private:
  const std::uint32_t weight_max_;
  std::vector<Tag> tags_;
  std::vector<Centroid> centroids_;
};

}  // namespace weir::wavefront
