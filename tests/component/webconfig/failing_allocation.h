// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace weir::webconfig {

// From now on `new` fails for so many bytes; 0: for none. Any thread.
void refuse_allocations_of(std::size_t bytes);

}  // namespace weir::webconfig
