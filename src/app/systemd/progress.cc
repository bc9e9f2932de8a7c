// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/progress.h"

#include <algorithm>

namespace weir::app {

void Progress::look(std::span<const std::uint64_t> beats) {
  loops_.resize(beats.size());
  for (std::size_t i = 0; i < beats.size(); ++i) {
    Loop& loop = loops_[i];
    loop.looks_without = beats[i] == loop.beats ? loop.looks_without + 1 : 0;
    loop.beats = beats[i];
  }
}

std::optional<std::size_t> Progress::stuck() const {
  const auto found = std::ranges::find_if(
      loops_, [this](const Loop& loop) { return loop.looks_without >= looks_max_; });
  if (found == loops_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - loops_.begin());
}

bool Progress::take_all_beaten() {
  const auto has_beaten = [](const Loop& loop) { return loop.beats != loop.beats_taken; };
  if (!std::ranges::all_of(loops_, has_beaten)) return false;
  for (Loop& loop : loops_) loop.beats_taken = loop.beats;
  return true;
}

}  // namespace weir::app
