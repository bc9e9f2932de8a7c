// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::exposition {

// The `Content-Type` to answer a scrape with, for the value of its `Accept` header ("" when there
// is none), by the reference's algorithm (reference 7, content negotiation). Text 0.0.4 is the only
// format so far, so only the `escaping` parameter depends on the header.
[[nodiscard]] std::string negotiate_content_type(std::string_view accept);

}  // namespace weir::exposition
