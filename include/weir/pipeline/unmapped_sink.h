// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::pipeline {

// Hears of names that no rule takes, when they are first seen. Called on the worker's thread,
// inside a batch.
class UnmappedSink {
 public:
  virtual ~UnmappedSink() = default;

  // The line of a sample whose name and tags were not known yet, or not under the rules in use; a
  // name that cannot be remembered comes each time. Borrowed until the call returns.
  virtual void on_unmapped(std::string_view line) = 0;
};

}  // namespace weir::pipeline
