// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::exposition {

// Appends `text` as a string of protobuf's text form, quotes included: control characters are
// escaped, all other characters stay as they are. `text` is UTF-8.
void append_protobuf_quoted(std::string& out, std::string_view text);

}  // namespace weir::exposition
