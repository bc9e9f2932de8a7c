// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/findings.h"
#include "lint/subject.h"

// What is looked for in a file that is in order, a chapter of the catalogue each, beyond what the
// loader warns of.
namespace weir::lint {

void check_file(const File& file, Findings& findings);
void check_order(const File& file, Findings& findings);
void check_regex_order(const File& file, Findings& findings);
void check_regexes(const File& file, Findings& findings);
void check_references(const File& file, Findings& findings);
void check_names(const File& file, Findings& findings);
void check_equal_names(const File& file, Findings& findings);
void check_labels(const File& file, Findings& findings);
void check_values(const File& file, Findings& findings);

}  // namespace weir::lint
