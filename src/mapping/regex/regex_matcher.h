// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mapping/regex/regex_filter.h"
#include "weir/mapping/regex.h"
#include "weir/mapping/rule.h"
#include "weir/sample/sample.h"

namespace weir::mapping {

// All regex rules, in the order of the file; only those whose literals are in the name are tried.
// Immutable; any thread.
class RegexMatcher {
 public:
  // Skips rules that are no regexes. Borrows the rules.
  explicit RegexMatcher(std::span<const Rule> rules);

  // The first rule that matches a sample of this name with these tags; null, with `captures`
  // unspecified, when none does.
  const Rule* match(std::string_view name, sample::EventKind kind, std::span<const Tag> tags,
                    std::vector<std::string_view>& captures) const;
  // That of one of the rules, which is a regex.
  [[nodiscard]] const Regex& regex_of(const Rule& rule) const;

 private:
  struct Candidate {
    const Rule* rule;
    Regex regex;
  };
  explicit RegexMatcher(const std::vector<const Rule*>& rules);

  RegexFilter filter_;
  // Numbered as in the filter.
  std::vector<Candidate> candidates_;
};

}  // namespace weir::mapping
