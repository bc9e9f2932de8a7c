// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Mark a function that may use the instructions of `Instructions::Wide` or `Widest`. Whoever calls
// it has looked whether the processor has them.
#ifdef __x86_64__
#define WEIR_WIDE [[gnu::target("avx2,bmi,bmi2,popcnt,aes")]]
#define WEIR_WIDEST \
  [[gnu::target("avx2,bmi,bmi2,popcnt,aes,avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2")]]
#endif

namespace weir::base {

// Which instructions of the processor the hot path uses. Packages are built for any processor of
// an architecture, so what only newer ones have is chosen when weir starts.
enum class Instructions : std::uint8_t {
  // Those that every processor of the architecture has.
  Common,
  // AVX2, BMI and AES: x86-64 since 2013.
  Wide,
  // AVX-512 with VBMI2 besides: some x86-64 since 2019.
  Widest,
};

// The best of this processor. Any thread.
[[nodiscard]] Instructions best_instructions();

}  // namespace weir::base
