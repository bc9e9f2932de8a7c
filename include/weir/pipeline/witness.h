// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "weir/statsd/rejection.h"

namespace weir::pipeline {

// Is told of every line and of what was lost of it, for a log that nobody keeps on: with a witness
// a line costs far more. Called on the worker's thread, inside a batch; all bytes are borrowed
// until the call returns.
class Witness {
 public:
  virtual ~Witness() = default;

  // Before it is parsed; may be empty.
  virtual void on_line(std::string_view line) = 0;
  virtual void on_rejection(std::string_view line, statsd::Rejection rejection) = 0;
  virtual void on_malformed_tags(std::string_view line, std::size_t count) = 0;
  // `reason` is the label of `events_error_total`, or `conflict` or `budget`.
  virtual void on_lost_event(std::string_view line, std::string_view reason) = 0;
};

}  // namespace weir::pipeline
