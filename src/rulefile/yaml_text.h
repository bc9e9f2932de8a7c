// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// Text as a YAML string in double quotes.
[[nodiscard]] std::string quoted(std::string_view text);

// A value on one line, as it can be in a list or map in brackets and after a key. Reads back as the
// same value.
[[nodiscard]] std::string inline_yaml(const YamlNode& node);

}  // namespace weir::rulefile
