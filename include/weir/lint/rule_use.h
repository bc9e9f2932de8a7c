// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/name_validation.h"
#include "weir/mapping/rule_set.h"

namespace weir::lint {

// What a rule did with lines.
struct RuleCount {
  // Where its entry begins in the file.
  std::size_t line = 0;
  std::string match;
  std::uint64_t samples = 0;
  // Different ones, as sent, without their tags; and of series on the page.
  std::uint64_t names = 0;
  std::uint64_t series = 0;
};

// A name that no rule takes.
struct UnmappedName {
  std::string name;
  std::uint64_t samples = 0;
};

// What became of lines, by rule.
struct RuleUse {
  std::uint64_t lines = 0;
  std::uint64_t samples = 0;
  // Lines and values that were not taken, whatever a rule says.
  std::uint64_t refused = 0;
  // In the order of the file.
  std::vector<RuleCount> rules;
  // The most sent first, then by name; of very many the first that were sent.
  std::vector<UnmappedName> unmapped;
  std::uint64_t unmapped_samples = 0;
};

// Takes lines through a rule set as a daemon with the default flags would. Memory grows with the
// names and series that there are: 8 bytes for each and a table's overhead. One thread.
class RuleUseCounter {
 public:
  // More unmapped names are counted and not named.
  static constexpr std::size_t kUnmappedMax = 100'000;

  RuleUseCounter(std::shared_ptr<const mapping::RuleSet> rules, base::NameValidation names);
  ~RuleUseCounter();
  RuleUseCounter(const RuleUseCounter&) = delete;
  RuleUseCounter& operator=(const RuleUseCounter&) = delete;

  // `line` has no newline.
  void take(std::string_view line);
  [[nodiscard]] RuleUse result() const;

 private:
  class Counts;
  std::unique_ptr<Counts> counts_;
};

}  // namespace weir::lint
