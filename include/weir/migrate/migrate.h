// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/base/name_validation.h"
#include "weir/rulefile/diagnostic.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::migrate {

// One thing that is written otherwise now.
struct Change {
  // In the file as it was.
  rulefile::Position position;
  std::string was;
  // "" for what is gone.
  std::string is;
  // Why it is gone; "" otherwise.
  std::string why;
};

// A mapping file in today's form.
struct Migration {
  // The whole file, byte for byte as it was but for the changes.
  std::string text;
  // In the order of the file; none when it was in today's form.
  std::vector<Change> changes;
  // Warnings of the load about what looks old and is left as it is, since another form would make
  // other metrics.
  std::vector<rulefile::Diagnostic> left;
};

// Puts today's keys and forms for those of older releases. Comments, order, quotes and line breaks
// stay. The result loads to the same rules as `bytes`: both are loaded and compared. `file` is what
// messages call it. Throws ConfigError for a file that does not load, or in which something old
// cannot be replaced; that says where and why.
[[nodiscard]] Migration migrate(std::string_view bytes, const std::string& file,
                                base::NameValidation names = base::NameValidation::Legacy);

}  // namespace weir::migrate
