// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::mapping {

// A glob that takes every name that `regex`, which compiles, matches; nothing when none is known,
// as for every regex without a `^`. It may take more names, and need not be what a file could hold.
std::optional<std::string> glob_around(std::string_view regex);

}  // namespace weir::mapping
