// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace weir::mapping {

// A text with at most one `*`, which covers any run of characters. Borrows from the pattern.
class WildcardPattern {
 public:
  explicit WildcardPattern(std::string_view pattern)
      : is_literal_(pattern.find('*') == std::string_view::npos),
        before_(pattern.substr(0, pattern.find('*'))),
        behind_(is_literal_ ? std::string_view() : pattern.substr(before_.size() + 1)) {}

  // What the `*` covers, "" without one; nothing when the pattern does not fit `text`.
  [[nodiscard]] std::optional<std::string_view> match(std::string_view text) const {
    if (is_literal_) return text == before_ ? std::optional(std::string_view()) : std::nullopt;
    if (text.size() < before_.size() + behind_.size()) return std::nullopt;
    if (!text.starts_with(before_) || !text.ends_with(behind_)) return std::nullopt;
    text.remove_prefix(before_.size());
    text.remove_suffix(behind_.size());
    return text;
  }

 private:
  bool is_literal_;
  std::string_view before_;
  std::string_view behind_;
};

}  // namespace weir::mapping
