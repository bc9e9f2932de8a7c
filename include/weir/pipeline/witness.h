// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace weir::pipeline {

// Is told of every line, for a log that nobody keeps on: with a witness a line costs far more, and
// everything is told in its order. Called on the worker's thread, inside a batch.
class Witness {
 public:
  virtual ~Witness() = default;

  // Before it is parsed; may be empty. Borrowed until the call returns.
  virtual void on_line(std::string_view line) = 0;
};

}  // namespace weir::pipeline
