// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::metrics {

// Where the quoted text ends that begins at `at`: after its closing quote.
[[nodiscard]] std::size_t end_of_quoted(std::string_view text, std::size_t at);

// Calls `visit(name, value)` for each label of a body as SeriesRequest has it. Both as they are
// there: names in quotes where they need them, values always, and escaped.
template <class Visit>
void visit_labels(std::string_view body, const Visit& visit) {
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t name_end = body[at] == '"' ? end_of_quoted(body, at) : body.find('=', at);
    const std::size_t value = name_end + 1;
    const std::size_t value_end = end_of_quoted(body, value);
    visit(body.substr(at, name_end - at), body.substr(value, value_end - value));
    at = value_end + 1;
  }
}

}  // namespace weir::metrics
