// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weir::hot_path {

// Calls of one thread into what a hot line must not call. The functions themselves are taken over
// by call_counts.cc for the whole executable, the standard library included.
struct CallCounts {
  std::uint64_t allocations = 0;
  // Mutexes, spin and reader-writer locks, and futexes. A spin lock that is an atomic calls
  // nothing.
  std::uint64_t locks = 0;
  std::uint64_t clock_reads = 0;
};

// Of the calling thread, since it began.
[[nodiscard]] CallCounts call_counts();

}  // namespace weir::hot_path
