// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/hyper_log_log.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace weir::metrics {
namespace {

// What of a hash is left when it has chosen its register; a register is at most 1 more.
constexpr unsigned kRankBits = 64 - HyperLogLog::kRegistersLog2;

// The sum of x^(2^k) * 2^(k - 1) over k from 1, and x: how much registers without a value, of which
// there is the part `x`, add to the estimate's denominator.
double empty_part(double x) {
  double power = x;
  double weight = 1;
  double sum = x;
  for (double before = -1; before != sum;) {
    power *= power;
    before = sum;
    sum += power * weight;
    weight += weight;
  }
  return sum;
}

// The same for registers that are full, of which there is the part `1 - x`.
double full_part(double x) {
  if (x == 0 || x == 1) return 0;
  double root = x;
  double weight = 1;
  double sum = 1 - x;
  for (double before = -1; before != sum;) {
    root = std::sqrt(root);
    before = sum;
    weight *= 0.5;
    sum -= (1 - root) * (1 - root) * weight;
  }
  return sum / 3;
}

}  // namespace

void HyperLogLog::add(std::uint64_t hash) {
  const std::size_t place = hash >> kRankBits;
  // A mark below the last bit ends the run of zeros.
  const std::uint64_t rest = hash << kRegistersLog2 | std::uint64_t{1} << (kRegistersLog2 - 1);
  const auto rank = static_cast<std::uint8_t>(std::countl_zero(rest) + 1);
  registers_[place] = std::max(registers_[place], rank);
}

void HyperLogLog::merge(const HyperLogLog& other) {
  for (std::size_t place = 0; place < kRegisters; ++place) {
    registers_[place] = std::max(registers_[place], other.registers_[place]);
  }
}

double HyperLogLog::estimate() const {
  std::array<std::uint32_t, kRankBits + 2> with_rank{};
  for (const std::uint8_t rank : registers_) ++with_rank[rank];
  constexpr double kSize = kRegisters;
  // No part of the sum below would be finite.
  if (with_rank.front() == kRegisters) return 0;
  double denominator = kSize * full_part(1 - with_rank.back() / kSize);
  for (std::size_t rank = kRankBits; rank > 0; --rank) {
    denominator = (denominator + with_rank[rank]) / 2;
  }
  denominator += kSize * empty_part(with_rank.front() / kSize);
  return kSize * kSize / (2 * std::numbers::ln2 * denominator);
}

}  // namespace weir::metrics
