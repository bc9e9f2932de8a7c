// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace weir::mapping {

// How often this thread has called `operator new`.
std::size_t allocation_count();

}  // namespace weir::mapping
