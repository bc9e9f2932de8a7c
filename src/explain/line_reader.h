// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "weir/explain/explanation.h"
#include "weir/sample/sample.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/line_parser.h"

namespace weir::explain {

// What the parser finds in a line. Borrows from it.
struct ReadLine {
  // The first `samples_max`.
  std::vector<sample::Sample> samples;
  std::size_t samples_left_out = 0;
  std::optional<statsd::Message> message;
  // Samples of types that there are not, their names and fields for the dialect.
  std::vector<sample::Sample> unknown;
};

[[nodiscard]] ReadLine read_line(const statsd::LineParser& parser, std::string_view line,
                                 std::size_t samples_max);

// How the tags of a sample are written.
[[nodiscard]] std::string_view dialect_of(const sample::Sample& sample,
                                          const statsd::Dialects& dialects);

// What the pipeline reads fields for.
struct FieldUse {
  statsd::Dialects dialects;
  bool reads_timestamps = false;
};

// The fields of `line`, whose name is `name` and which was read so, that have no effect, and what
// looks like tags of a dialect that is off.
[[nodiscard]] std::vector<IgnoredField> ignored_fields(std::string_view line, std::string_view name,
                                                       const ReadLine& read, const FieldUse& use);

}  // namespace weir::explain
