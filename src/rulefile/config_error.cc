// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/config_error.h"

#include <utility>

namespace weir::rulefile {

ConfigError::ConfigError(const std::string& file, std::size_t line, std::size_t column,
                         const std::string& message, DiagnosticKind kind)
    : ConfigError(std::vector<Diagnostic>{
          {Severity::Error, kind, file, line, line == 0 ? 0 : column, message, {}}}) {}

ConfigError::ConfigError(std::vector<Diagnostic> errors)
    : std::runtime_error(text_of(errors.front())), errors_(std::move(errors)) {}

}  // namespace weir::rulefile
