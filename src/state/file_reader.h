// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "weir/base/clock.h"
#include "weir/metrics/series_state.h"

namespace weir::state {

// Where the bytes of a state file come from.
class Source {
 public:
  virtual ~Source() = default;
  // Reads up to `size` bytes; 0 at the end and where reading fails.
  [[nodiscard]] virtual std::size_t read(char* to, std::size_t size) = 0;
};

// Whether a file is one that can be used.
enum class Verdict : std::uint8_t { Good, Damaged, Newer };

struct ReadResult {
  Verdict verdict = Verdict::Good;
  // What is wrong with it, for a log line.
  std::string reason;
  base::UnixTime saved_at;
  std::uint64_t series = 0;
  std::uint64_t bytes = 0;
};

// Reads a whole state file, a block at a time, and visits what it holds. What was visited before it
// turns out to be damaged was right as far as its checksum says. One thread.
[[nodiscard]] ReadResult read_file(Source& source, metrics::StateVisitor& visitor);

}  // namespace weir::state
