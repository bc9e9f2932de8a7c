// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "weir/rulefile/diagnostic.h"

namespace weir::rulefile {

// The operator's configuration is wrong. `what()` is the first error as one line.
class ConfigError : public std::runtime_error {
 public:
  // One error. `line` and `column` count from 1; a `line` of 0 means that it has no place (an
  // unreadable file).
  ConfigError(const std::string& file, std::size_t line, std::size_t column,
              const std::string& message, DiagnosticKind kind = DiagnosticKind::InvalidValue);
  // One or more.
  explicit ConfigError(std::vector<Diagnostic> errors);

  // In the order of the file; when there are very many the last one says how many are left out.
  [[nodiscard]] const std::vector<Diagnostic>& errors() const { return errors_; }

 private:
  std::vector<Diagnostic> errors_;
};

}  // namespace weir::rulefile
