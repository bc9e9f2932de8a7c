// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/mapping/rule.h"

namespace weir::mapping {

// What applies where a file says nothing (behaviour defaults.*).
Defaults default_options();

}  // namespace weir::mapping
