// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "suggest/draft.h"
#include "weir/base/name_validation.h"

namespace weir::suggest {

// What a draft did with the names that it is tried with.
struct TrialCount {
  NameIds names;
  std::uint64_t samples = 0;
  std::uint64_t series_before = 0;
  std::uint64_t series_after = 0;
};

// Makes of drafts what they claim to be: a file that loads, without an error or warning, in which
// each rule takes its names. Drafts are put in another order, renamed, and in the end left out
// where that takes it. Returns the counts of those that are left, each of which takes a name.
[[nodiscard]] std::vector<TrialCount> make_sound(std::vector<Draft>& drafts,
                                                 std::span<const Name> names,
                                                 base::NameValidation validation);

}  // namespace weir::suggest
