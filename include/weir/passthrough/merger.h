// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "weir/passthrough/family.h"

namespace weir::passthrough {

// What several pages together could not have.
struct MergeCounts {
  // Samples whose name and labels another sample had before.
  std::uint64_t duplicates = 0;
  // Families that say another type than an earlier one of their name, and took that type.
  std::uint64_t retyped = 0;
  // Samples of families whose type the earlier one's samples cannot have: a histogram after a
  // gauge.
  std::uint64_t misfits = 0;
};

// Makes one page of several: one HELP and one TYPE for each family, no series twice. What came
// first stays. One thread.
class Merger {
 public:
  Merger();

  void add(std::vector<Family> families);
  // All of it, by name; the merger is empty then, but keeps its counts.
  [[nodiscard]] std::vector<Family> take();
  [[nodiscard]] const MergeCounts& counts() const { return counts_; }

 private:
  void add_family(Family&& family);
  [[nodiscard]] bool is_new(const Sample& sample);

  std::map<std::string, Family, std::less<>> families_;
  // Of name and labels: of two of one hash, which cannot be made on purpose, the second is left
  // out.
  std::unordered_set<std::uint64_t> seen_;
  std::uint64_t seed_;
  MergeCounts counts_;
  // Scratch memory.
  std::string key_;
  std::vector<const Label*> order_;
};

}  // namespace weir::passthrough
