// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/name_validation.h"
#include "weir/lint/catalogue.h"

namespace weir::lint {

// Something that is wrong or doubtful at one place of a mapping file.
struct Finding {
  // Never null.
  const Kind* kind = nullptr;
  // Both count from 1, the column in bytes; 0 for what concerns the whole file.
  std::size_t line = 0;
  std::size_t column = 0;
  // What is wrong here, and what to do about it. One line of printable characters each.
  std::string message;
  std::string hint;
};

struct Options {
  // Which names the daemon is told to take.
  base::NameValidation names = base::NameValidation::Legacy;
};

// All that is found in the mapping file `text`, in the order of the file, without what its comments
// `# weir:ignore ID` ask to leave out. Of a file that the daemon refuses only the errors that it
// refuses it for, which no comment hides. Any thread.
[[nodiscard]] std::vector<Finding> lint_text(std::string_view text, const Options& options = {});

// The same for the file at `path`, or one that is compiled in (`builtin:NAME`). Throws
// rulefile::ConfigError when it cannot be read.
[[nodiscard]] std::vector<Finding> lint_file(const std::string& path, const Options& options = {});

}  // namespace weir::lint
