// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "weir/metrics/hyper_log_log.h"

namespace weir::insight {

// How many different values there were: exactly as long as there are few, then by a sketch of 4
// KiB. Two values whose hashes agree are one. One thread.
class DistinctValues {
 public:
  static constexpr std::size_t kExactMax = 1000;

  // `hash` is spread over all its bits.
  void add(std::uint64_t hash);
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] bool is_estimate() const { return sketch_ != nullptr; }
  // Keeps its memory for the next values.
  void clear();

 private:
  // False where it is there already.
  bool insert(std::uint64_t hash);
  void grow();

  // A power of two of places, half of them empty, which are 0.
  std::vector<std::uint64_t> places_;
  std::size_t used_ = 0;
  std::unique_ptr<metrics::HyperLogLog> sketch_;
};

}  // namespace weir::insight
