// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

// Warns when YAML text goes on after the end of its first document, which is all that is read.
void warn_second_document(std::string_view text, Diagnostics& diagnostics);

}  // namespace weir::rulefile
