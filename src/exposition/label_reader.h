// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::exposition {

// Takes a label body apart again: `a="x",b="y"`, with escaped values. The body must outlive the
// reader.
class LabelReader {
 public:
  explicit LabelReader(std::string_view body) : rest_(body) {}

  // Turns to the next label; false when there is none.
  bool next();
  [[nodiscard]] std::string_view name() const { return name_; }
  // Without its escapes.
  [[nodiscard]] std::string_view value() const { return value_; }

 private:
  std::string_view rest_;
  std::string_view name_;
  std::string value_;
};

}  // namespace weir::exposition
