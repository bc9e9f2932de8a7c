// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "weir/mappingtest/runner.h"

namespace weir::mappingtest {

// Words of messages and JSON. Renaming one is breaking.
[[nodiscard]] std::string_view ending_name(Ending ending);
[[nodiscard]] std::string_view match_name(Match match);

}  // namespace weir::mappingtest
