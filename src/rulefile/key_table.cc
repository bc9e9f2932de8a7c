// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/key_table.h"

#include <fmt/core.h>

namespace weir::rulefile {

void warn_old_key(const YamlNode& key, std::string_view replacement, Diagnostics& diagnostics) {
  diagnostics.warn_once(DiagnosticKind::OldKey, key.position,
                        fmt::format("key \"{}\" is from older releases", key.text),
                        fmt::format("use \"{}\" instead", replacement));
}

}  // namespace weir::rulefile
