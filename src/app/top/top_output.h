// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/top/top_view.h"

namespace weir::app {

// All that is shown, as one JSON object on a line of its own.
[[nodiscard]] std::string top_json(const TopView& view);

}  // namespace weir::app
