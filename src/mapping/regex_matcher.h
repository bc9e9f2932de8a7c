// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/regex_filter.h"
#include "weir/mapping/rule.h"
#include "weir/statsd/sample.h"

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

// All regex rules, in the order of the file; only those whose literals are in the name are tried.
// Immutable; any thread.
class RegexMatcher {
 public:
  // Skips rules that are no regexes. Borrows the rules.
  explicit RegexMatcher(std::span<const Rule> rules);

  // The first rule that matches a sample of this name with these tags; null, with `captures`
  // unspecified, when none does.
  const Rule* match(std::string_view name, statsd::EventKind kind, std::span<const Tag> tags,
                    std::vector<std::string_view>& captures) const;

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
