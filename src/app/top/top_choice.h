// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "app/top/layout.h"
#include "app/top/terminal.h"

namespace weir::app {

// What `key` makes of a choice, of a section with `rows` rows of which `page` are shown. Keys that
// are not about what is shown change nothing.
[[nodiscard]] TopChoice chosen_by(Key key, TopChoice choice, std::size_t rows, std::size_t page);

}  // namespace weir::app
