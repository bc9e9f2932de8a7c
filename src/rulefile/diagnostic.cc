// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/diagnostic.h"

#include <fmt/core.h>

#include "weir/base/escape.h"

namespace weir::rulefile {

std::string text_of(const Diagnostic& diagnostic) {
  const auto& [severity, kind, file, line, column, message, hint] = diagnostic;
  auto text = line == 0 ? file : fmt::format("{}:{}:{}", file, line, column);
  text += ": " + message;
  if (!hint.empty()) text += ", " + hint;
  return base::visible(text);
}

}  // namespace weir::rulefile
