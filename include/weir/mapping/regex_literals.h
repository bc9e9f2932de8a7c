// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::mapping {

// Texts of which a match holds at least one. Neither it nor they are empty.
using LiteralChoice = std::vector<std::string>;

// What every match of `pattern`, which compiles, is known to hold: one text of every choice, byte
// for byte. Errs on the side of less: of syntax that is not known, such as flags, nothing follows.
std::vector<LiteralChoice> required_literals(std::string_view pattern);

}  // namespace weir::mapping
