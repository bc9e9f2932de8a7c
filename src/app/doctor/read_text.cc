// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/read_text.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace weir::app {

std::optional<std::string> read_text(const std::string& path) {
  const std::ifstream file(path);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::string read_text_or_empty(const std::string& path) {
  return read_text(path).value_or(std::string());
}

}  // namespace weir::app
