// SPDX-License-Identifier: Apache-2.0
#include "mapping/key_table.h"

#include <fmt/format.h>

namespace weir::mapping {

void warn_old_key(const YamlNode& key, std::string_view replacement, Findings& findings) {
  findings.warn_once(DiagnosticKind::OldKey, key.place,
                     fmt::format("key \"{}\" is from older releases", key.text),
                     fmt::format("use \"{}\" instead", replacement));
}

}  // namespace weir::mapping
