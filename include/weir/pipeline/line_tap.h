// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::pipeline {

// Sees every line as it came in, before it is parsed (behaviour relay.lines). Called on the
// worker's thread, inside a batch.
class LineTap {
 public:
  virtual ~LineTap() = default;

  // Never empty; valid or not, of whatever length. Lines of a datagram still have their `\r`, lines
  // of a stream have lost it. What the splitter of a stream skipped is not seen. The bytes are
  // borrowed until the call returns.
  virtual void on_line(std::string_view raw_line) = 0;
};

}  // namespace weir::pipeline
