// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::migrate {

// Changes of one text, in any order. Offsets are those of the text as it was.
class Edits {
 public:
  // What is from `begin` to `end` becomes `text`.
  void replace(std::size_t begin, std::size_t end, std::string text);
  void insert(std::size_t at, std::string text) { replace(at, at, std::move(text)); }
  void erase(std::size_t begin, std::size_t end) { replace(begin, end, {}); }

  [[nodiscard]] bool empty() const { return edits_.empty(); }
  // Nothing when two of them change the same place.
  [[nodiscard]] std::optional<std::string> applied(std::string_view text) const;
  // Where what is on a line of the result, from 1, was in `text`.
  [[nodiscard]] std::size_t line_before(std::string_view text, std::size_t line) const;

 private:
  struct Edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
  };
  [[nodiscard]] std::vector<Edit> sorted() const;

  std::vector<Edit> edits_;
};

}  // namespace weir::migrate
