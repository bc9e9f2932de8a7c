// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "weir/statsd/line_parser.h"

namespace weir::statsd {

// The same of a line that begins with `_`.
[[nodiscard]] std::optional<Message> underscored_message_of(std::string_view line);

// The DogStatsD message that a line is, by how it begins; none of most. `line` is not empty.
[[nodiscard]] inline std::optional<Message> message_of(std::string_view line) {
  return line.front() == '_' ? underscored_message_of(line) : std::nullopt;
}

}  // namespace weir::statsd
