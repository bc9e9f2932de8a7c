// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/name_validation.h"
#include "weir/metrics/restorer.h"
#include "weir/metrics/store.h"

namespace weir::state {

// How the look for a state file ended.
enum class Loaded : std::uint8_t {
  Nothing,   // there is no file yet
  Restored,  // all of it
  Damaged,   // set aside, and nothing restored
  Newer,     // of a later version of weir: set aside, and nothing restored
  GivenUp,   // half of it may be restored: the store is of no use, and the file stays as it was
};

struct LoadResult {
  Loaded loaded = Loaded::Nothing;
  // Series, by metrics::Restored.
  std::array<std::uint64_t, metrics::kRestoredCount> series{};
  // Groups for push::GroupStore, which looks at them first.
  std::vector<std::string> pushed = {};
};

// Restores what `path` holds into `store`, before the first worker starts. A file is restored whole
// or not at all: one that is damaged, cut short or unreadable is renamed to `path.damaged`, one of
// a newer version to `path.newer`, and neither keeps anything from starting. `now` is a moment of
// the clocks that the store was made with. Series whose names `names` does not allow are refused.
// Writes one line to `log`, none when `stop` asks to give up. May be another thread's than the one
// that made the store, which does not look at it meanwhile.
[[nodiscard]] LoadResult load(const std::string& path, metrics::Store& store, base::Instant now,
                              base::NameValidation names, const base::Log& log,
                              const std::stop_token& stop = {});

}  // namespace weir::state
