// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::net {

// How many file descriptors the process may have open now; the hard limit, after the start.
[[nodiscard]] std::size_t descriptor_limit();

// What an operator does about it.
inline constexpr std::string_view kDescriptorLimitAdvice =
    "the hard limit of open files: LimitNOFILE= in the unit, ulimit -Hn in a shell, --ulimit "
    "nofile "
    "for a container";

}  // namespace weir::net
