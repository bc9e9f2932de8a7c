// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/config_error.h"

#include <fmt/format.h>

#include "weir/base/escape.h"

namespace weir::mapping {

namespace {

std::string place(const std::string& file, std::size_t line, std::size_t column) {
  return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column);
}

}  // namespace

ConfigError::ConfigError(const std::string& file, std::size_t line, std::size_t column,
                         const std::string& message)
    : std::runtime_error(base::visible(place(file, line, column) + ": " + message)) {}

}  // namespace weir::mapping
