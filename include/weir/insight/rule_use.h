// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "weir/base/clock.h"

namespace weir::insight {

// How much each rule of one set is used, and when it was last. One thread.
class RuleUse {
 public:
  struct Record {
    std::uint64_t samples = 0;
    // When a look found that there were more; empty before the first.
    std::optional<base::UnixTime> last_used;
  };

  // A new set of so many rules, which nothing has used yet.
  void begin(std::size_t rules) { records_.assign(rules, {}); }
  // What each has taken by `now`. Ignored where they are not as many as there are rules.
  void look(std::span<const std::uint64_t> samples, base::UnixTime now);

  // By rule index.
  [[nodiscard]] const std::vector<Record>& records() const { return records_; }

 private:
  std::vector<Record> records_;
};

}  // namespace weir::insight
