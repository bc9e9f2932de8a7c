// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir::mapping {

// One pattern in Go's syntax. Moves, never copies.
class Regex {
 public:
  explicit Regex(const std::string& pattern);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  // Why the pattern cannot be used; "" when it can. Nothing else may be called then.
  [[nodiscard]] const std::string& error() const { return error_; }
  // By number; "" for a group without a name. Group 0 is the whole match.
  [[nodiscard]] std::vector<std::string> group_names() const;
  // Looks for a match anywhere in `name`; then captures[i] is group i, empty when it took no part.
  bool match(std::string_view name, std::vector<std::string_view>& captures) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
  std::string error_;
};

}  // namespace weir::mapping
