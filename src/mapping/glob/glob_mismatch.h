// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "weir/mapping/mismatch.h"

namespace weir::mapping {

// Where `name` is not as `glob` has it; nothing when it is. Takes memory for every segment: for
// messages.
[[nodiscard]] std::optional<Mismatch> glob_mismatch(std::string_view glob, std::string_view name);

}  // namespace weir::mapping
