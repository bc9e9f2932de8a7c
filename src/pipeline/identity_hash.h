// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "weir/base/cpu.h"
#include "weir/sample/sample.h"
#include "weir/statsd/plain_line.h"

namespace weir::pipeline {

struct WaitingSample;

// Hashes the wire identity of samples under a seed: a sender that does not know it cannot aim at
// one slot of a table. Not stable between processes, versions or processors.
class IdentityHash {
 public:
  IdentityHash(std::uint64_t seed, base::CpuLevel cpu_level);

  [[nodiscard]] std::uint64_t of(const sample::Sample& sample) const;
  // Sets the hash of those that are unchecked, to that of the sample that their line makes.
  void hash(std::span<WaitingSample> waiting) const;

 private:
  // Of 16 bytes each.
  static constexpr std::size_t kKeys = 2;

  [[nodiscard]] std::uint64_t of_avx2(const sample::Sample& sample) const;
  void hash_avx2(std::span<WaitingSample> waiting) const;

  base::CpuLevel cpu_level_;
  std::uint64_t seed_;
  std::array<std::uint64_t, 2 * kKeys> keys_{};
};

}  // namespace weir::pipeline
