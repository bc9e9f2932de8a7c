// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "weir/passthrough/family.h"

namespace weir::passthrough {

// Appends the families to `out` in the text format 0.0.4, in their order: HELP (where there is
// one), TYPE, samples. Numbers are written as weir's own page has them. Any thread.
void write_text(std::span<const Family> families, std::string& out);

}  // namespace weir::passthrough
