// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::pipeline {

// Observes every line, for debug logs. Not for production traffic: with a trace lines are parsed
// and applied one by one, so that what is logged of a line follows it. Called on the worker's
// thread, inside a batch.
class LineTrace {
 public:
  virtual ~LineTrace() = default;

  // Before the line is parsed; it may be empty. Borrowed until the call returns.
  virtual void on_line(std::string_view line) = 0;
};

}  // namespace weir::pipeline
