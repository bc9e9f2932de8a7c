// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace weir::mapping {

// The operator's configuration is wrong. `what()` is one line, `file:line:column: what is wrong,
// what to do`.
class ConfigError : public std::runtime_error {
 public:
  // `line` and `column` count from 1; a `line` of 0 means that the fault has no place (an
  // unreadable file).
  ConfigError(const std::string& file, std::size_t line, std::size_t column,
              const std::string& message);
};

}  // namespace weir::mapping
