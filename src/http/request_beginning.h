// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::http {

// What the first bytes of a connection are the beginning of.
enum class Beginning : std::uint8_t { Request, Other, Undecided };

// A request is taken for one by its method and the slash after it: `POST /`.
[[nodiscard]] Beginning beginning_of(std::string_view bytes);

}  // namespace weir::http
