// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/name_validation.h"
#include "weir/mapping/rule_set.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

struct LoadedRules {
  std::shared_ptr<const mapping::RuleSet> rules;
  // What is doubtful, in the order of the file; bounded.
  std::vector<Diagnostic> warnings;
  // The file holds nothing, or nothing but blanks and ends of lines.
  bool is_blank = false;
};

// What a file may say beyond its grammar.
struct LoadOptions {
  // Which names its rules may make.
  base::NameValidation names = base::NameValidation::Legacy;
  // Sets reach rules whether or not one is for sets alone, which warnings depend on.
  bool reads_sets = false;
  // How much is said about it.
  Diagnostics::Limits limits = {};
};

// Reads the mapping file at `path`, or one that is compiled in (`builtin:NAME`, builtin.h). Throws
// ConfigError with all that is wrong.
LoadedRules load_rules(const std::string& path, const LoadOptions& options = {});

// The same for text already in memory; `file` is the name that messages give it.
LoadedRules parse_rules(std::string_view text, const std::string& file,
                        const LoadOptions& options = {});

}  // namespace weir::rulefile
