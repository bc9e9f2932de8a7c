// SPDX-License-Identifier: Apache-2.0
#include "metrics/bucket_index.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>

#include "weir/metrics/native_buckets.h"

namespace weir::metrics {
namespace {

constexpr unsigned kMantissaBits = 52;
constexpr std::uint64_t kMantissaMask = (std::uint64_t{1} << kMantissaBits) - 1;
constexpr std::int32_t kExponentBias = 1023;
constexpr std::int32_t kExponentMax = 1024;
// How many buckets the finest schema cuts an octave into.
constexpr std::size_t kFinestPerOctave = std::size_t{1} << kSchemaMax;

// 2^(1 / 2^schema) from schema 1 on, as the reference rounds it: the first is not the nearest.
constexpr std::array<double, kSchemaMax> kFactors = {
    0x1.6a09e667f3bccp+0, 0x1.306fe0a31b715p+0, 0x1.172b83c7d517bp+0, 0x1.0b5586cf9890fp+0,
    0x1.059b0d3158574p+0, 0x1.02c9a3e778061p+0, 0x1.0163da9fb3335p+0, 0x1.00b1afa5abcbfp+0};

// Where the finest buckets of one octave end, as the bits after the point of 2^(k / 256). In the
// reference each schema has the bounds of the one before it and between every two of them the lower
// one times its factor, so most are not the nearest numbers either.
constexpr std::array<std::uint64_t, kFinestPerOctave> bound_mantissas() {
  std::array<double, kFinestPerOctave> bounds{};
  bounds[0] = 1;
  std::size_t step = kFinestPerOctave;
  for (const double factor : kFactors) {
    for (std::size_t k = step / 2; k < kFinestPerOctave; k += step) {
      bounds[k] = bounds[k - step / 2] * factor;
    }
    step /= 2;
  }
  std::array<std::uint64_t, kFinestPerOctave> mantissas{};
  for (std::size_t k = 0; k < kFinestPerOctave; ++k) {
    mantissas[k] = std::bit_cast<std::uint64_t>(bounds[k]) & kMantissaMask;
  }
  return mantissas;
}

constexpr auto kBoundMantissas = bound_mantissas();

// An octave is cut into cells so narrow that no two bounds share one: a look and one comparison
// find the bucket.
constexpr unsigned kCellBits = 9;
constexpr std::size_t kCells = std::size_t{1} << kCellBits;
constexpr unsigned kCellShift = kMantissaBits - kCellBits;

// How many bounds lie below the beginning of each cell.
constexpr std::array<std::uint16_t, kCells> bounds_below_cells() {
  std::array<std::uint16_t, kCells> below{};
  std::uint16_t bound = 0;
  for (std::size_t cell = 0; cell < kCells; ++cell) {
    while (bound < kBoundMantissas.size() && kBoundMantissas[bound] < cell << kCellShift) ++bound;
    below[cell] = bound;
  }
  return below;
}

constexpr auto kBoundsBelow = bounds_below_cells();

constexpr bool has_one_bound_per_cell() {
  for (std::size_t i = 1; i < kBoundMantissas.size(); ++i) {
    if (kBoundMantissas[i] >> kCellShift == kBoundMantissas[i - 1] >> kCellShift) return false;
  }
  return true;
}
static_assert(has_one_bound_per_cell());

std::int32_t finest_index(double magnitude) {
  const auto bits = std::bit_cast<std::uint64_t>(magnitude);
  const std::uint64_t mantissa = bits & kMantissaMask;
  const auto octave = static_cast<std::int32_t>(bits >> kMantissaBits) - kExponentBias;
  std::size_t within = kBoundsBelow[mantissa >> kCellShift];
  if (within < kBoundMantissas.size() && kBoundMantissas[within] < mantissa) ++within;
  return octave * static_cast<std::int32_t>(kFinestPerOctave) + static_cast<std::int32_t>(within);
}

// Half as fine takes half the index, rounded up, since the upper bound belongs to the bucket.
std::int32_t coarsened(std::int32_t finest, int schema) {
  const int halvings = kSchemaMax - schema;
  return (finest + (1 << halvings) - 1) >> halvings;
}

}  // namespace

std::int32_t bucket_index(double magnitude, int schema) {
  if (std::isinf(magnitude)) {
    return coarsened(kExponentMax * static_cast<std::int32_t>(kFinestPerOctave), schema) + 1;
  }
  return coarsened(finest_index(magnitude), schema);
}

}  // namespace weir::metrics
