// SPDX-License-Identifier: Apache-2.0
#include "metrics/observation_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <utility>

namespace weir::metrics {
namespace {

constexpr std::size_t kDigits = 4;
constexpr std::size_t kDigitValues = 256;
// Below this the counters cost more than they spare.
constexpr std::size_t kWorthCounting = 64;

using Counters = std::array<std::array<std::uint16_t, kDigitValues>, kDigits>;

// The upper half of the number as an integer of the same order: sign, exponent and 20 bits, which
// distinguish values that differ by a millionth.
std::uint32_t coarse_key(const Observation& observation) {
  constexpr std::uint32_t kSign = 0x80000000U;
  const auto upper =
      static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(observation.value) >> 32U);
  return (upper & kSign) != 0 ? ~upper : upper ^ kSign;
}

std::uint32_t digit_of(std::uint32_t key, std::size_t digit) {
  return (key >> (8U * digit)) & 0xFFU;
}

Counters count_digits(std::span<const Observation> observations) {
  Counters counters{};
  for (const Observation& observation : observations) {
    const std::uint32_t key = coarse_key(observation);
    for (std::size_t digit = 0; digit < kDigits; ++digit) ++counters[digit][digit_of(key, digit)];
  }
  return counters;
}

// From how many have a digit to where the first of them goes.
void turn_into_places(std::array<std::uint16_t, kDigitValues>& counters) {
  std::uint16_t place = 0;
  for (std::uint16_t& counter : counters) {
    const std::uint16_t count = counter;
    counter = place;
    place = static_cast<std::uint16_t>(place + count);
  }
}

// By the least significant digit first, between the observations and a scratch copy; the digits are
// even in number, so the result is back where it began.
void sort_by_coarse_key(std::span<Observation> observations) {
  static_assert(kDigits % 2 == 0);
  std::array<Observation, kSortedMax> scratch;
  Counters counters = count_digits(observations);
  Observation* from = observations.data();
  Observation* to = scratch.data();
  for (std::size_t digit = 0; digit < kDigits; ++digit) {
    turn_into_places(counters[digit]);
    for (std::size_t i = 0; i < observations.size(); ++i) {
      to[counters[digit][digit_of(coarse_key(from[i]), digit)]++] = from[i];
    }
    std::swap(from, to);
  }
}

}  // namespace

void sort_by_value(std::span<Observation> observations) {
  assert(observations.size() <= kSortedMax);
  if (observations.size() >= kWorthCounting) {
    sort_by_coarse_key(observations);
    if (std::is_sorted(observations.begin(), observations.end(), ascends)) return;
  }
  std::sort(observations.begin(), observations.end(), ascends);
}

}  // namespace weir::metrics
