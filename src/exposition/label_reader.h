// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace weir::exposition {

// Takes a label body apart again: `a="x","b.c"="y"`, with escaped values and, where they are in
// quotes, escaped names. The body must outlive the reader.
class LabelReader {
 public:
  explicit LabelReader(std::string_view body) : rest_(body) {}

  // Turns to the next label; false when there is none.
  bool next();
  // Both without quotes and escapes, good until the next call.
  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::string_view value() const { return value_; }
  // The name is in quotes: one that not every scraper can read.
  [[nodiscard]] bool is_name_quoted() const { return is_name_quoted_; }
  // As it is in the body.
  [[nodiscard]] std::string_view escaped_value() const { return escaped_value_; }

 private:
  std::string_view rest_;
  std::string_view name_;
  std::string_view value_;
  std::string_view escaped_value_;
  bool is_name_quoted_ = false;
  std::string unescaped_name_;
  std::string unescaped_value_;
};

}  // namespace weir::exposition
