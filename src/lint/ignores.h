// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lint/findings.h"

namespace weir::lint {

// The comments `# weir:ignore ID, ID` of a file. One is for its own line; on a line of its own it
// is for the next line that is no comment; before all else in the file it is for the whole file. A
// word that cannot be an id ends the ids, so that a reason may come after a `-`. Borrows from the
// text. One thread.
class Ignores {
 public:
  explicit Ignores(std::string_view text);

  // Whether a comment asks to leave the finding out.
  [[nodiscard]] bool hide(const Finding& finding);
  // Adds what is wrong with the comments, once all findings were asked for.
  void report(Findings& findings) const;

 private:
  struct Ignored {
    std::string_view id;
    // Of the id in its comment.
    rulefile::Position position;
    bool is_used = false;
  };

  void take(std::string_view line, std::size_t number);

  // All, and by the line that they are for; line 0 is the whole file.
  std::vector<Ignored> ignored_;
  std::unordered_map<std::size_t, std::vector<std::size_t>> by_line_;
  // Those for the next line that is no comment.
  std::vector<std::size_t> waiting_;
  bool is_at_top_ = true;
};

}  // namespace weir::lint
