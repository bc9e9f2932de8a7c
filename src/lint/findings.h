// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/lint/lint.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

// What the checks of one file find, in any order. One thread.
class Findings {
 public:
  // Precondition: `id` is one of the catalogue.
  void add(std::string_view id, rulefile::Position position, std::string message, std::string hint);

  void add(Finding finding);

  // In the order of the file.
  [[nodiscard]] std::vector<Finding> sorted() &&;

 private:
  std::vector<Finding> found_;
};

}  // namespace weir::lint
