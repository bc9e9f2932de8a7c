// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::http {

// The values of `key` in the query of a request, decoded, in their order. As in the reference `+`
// is a space, and a pair that cannot be decoded, or has a `;` in it, is left out.
[[nodiscard]] std::vector<std::string> query_values(std::string_view query, std::string_view key);

}  // namespace weir::http
