// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "weir/mapping/rule_set.h"
#include "weir/mappingtest/runner.h"

namespace weir::mappingtest {

// Which rules of which mapping files took a sample of a test, those that drop it too. One thread.
class Coverage {
 public:
  // `rules` are those of the mapping file that was tested. Several results of one mapping file
  // count together.
  void add(const FileResult& result, const mapping::RuleSet& rules);

  struct Mapping {
    std::string file;
    std::size_t rules = 0;
    // In the order of the file.
    std::vector<RuleUse> unused;
  };
  // Sorted by file.
  [[nodiscard]] std::vector<Mapping> mappings() const;

 private:
  struct Entry {
    RuleUse rule;
    bool is_used = false;
  };
  // By mapping file.
  std::map<std::string, std::vector<Entry>> entries_;
};

}  // namespace weir::mappingtest
