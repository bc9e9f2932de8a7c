// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace weir::base {

// An `errno` in the system's words without their capital, as the reference has them inside a
// sentence: `no such file or directory`. Any thread.
[[nodiscard]] std::string errno_text(int error);

}  // namespace weir::base
