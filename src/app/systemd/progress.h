// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace weir::app {

// Judges from the heartbeats of several event loops, looked at from time to time, whether each goes
// round. It measures in looks and not by the clock: a process that was stopped or a machine that
// slept looks only once meanwhile, and takes no loop for stuck because of that. One thread.
class Progress {
 public:
  // A loop that has not beaten for `looks_max` looks in a row is stuck.
  explicit Progress(std::size_t looks_max) : looks_max_(looks_max) {}

  // `beats` has one count for each loop, in the same order each time.
  void look(std::span<const std::uint64_t> beats);

  // Which loop is stuck; the first, where there are several.
  [[nodiscard]] std::optional<std::size_t> stuck() const;
  // Whether every loop has beaten since the last call that returned true, or since the first look.
  [[nodiscard]] bool take_all_beaten();

 private:
  struct Loop {
    std::uint64_t beats = 0;
    std::uint64_t beats_taken = 0;
    std::size_t looks_without = 0;
  };

  const std::size_t looks_max_;
  std::vector<Loop> loops_;
};

}  // namespace weir::app
