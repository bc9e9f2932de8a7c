// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "lint/findings.h"
#include "weir/rulefile/diagnostic.h"

namespace weir::lint {

// What the loader refuses or warns of, by the ids of the catalogue.
void add_diagnostics(std::span<const rulefile::Diagnostic> diagnostics, Findings& findings);

}  // namespace weir::lint
