// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

// Mark a function that may use the instructions of `CpuLevel::Avx2` or `CpuLevel::Avx512`. Call it
// only when `best_cpu_level()` is at least that level.
#ifdef __x86_64__
#define WEIR_AVX2 [[gnu::target("avx2,bmi,bmi2,popcnt,aes")]]
#define WEIR_AVX512 \
  [[gnu::target("bmi,bmi2,popcnt,aes,avx512vl,avx512bw,avx512vbmi,avx512vbmi2,vaes")]]
#endif

namespace weir::base {

// Which instructions of the processor the hot path uses. Packages are built for any processor of
// an architecture, so what only newer ones have is chosen when weir starts.
enum class CpuLevel : std::uint8_t {
  Baseline,  // what every processor of the architecture has
  Avx2,      // AVX2, BMI and AES: x86-64 since 2013
  Avx512,    // AVX-512 with VBMI2, and AES on its registers: some x86-64 since 2019
};

// Names a level in the environment, to measure or test one below the processor's best.
inline constexpr const char* kCpuLevelVariable = "WEIR_CPU_LEVEL";

// The best of this processor, or the one that `kCpuLevelVariable` names: looked for once. Throws
// std::runtime_error when the processor does not have that one. Any thread.
[[nodiscard]] CpuLevel best_cpu_level();

// The level called `wanted`, of a processor whose best is `best`; that one when `wanted` is null or
// empty. Throws std::runtime_error when there is none of that name up to `best`.
[[nodiscard]] CpuLevel cpu_level_at_most(CpuLevel best, const char* wanted);

// As the log and `weir_build_info` name it: `baseline`, `avx2` or `avx512`.
[[nodiscard]] std::string_view cpu_level_name(CpuLevel level);

}  // namespace weir::base
