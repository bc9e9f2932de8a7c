// SPDX-License-Identifier: Apache-2.0
#include "weir/base/cpu.h"

#include <cstdlib>
#include <stdexcept>
#include <string>

#ifdef __x86_64__
#include <cpuid.h>
#endif

namespace weir::base {

namespace {

#ifdef __x86_64__

// Clang 14 cannot be asked for it by name.
bool has_wide_aes() {
  constexpr unsigned kLeaf = 7;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid_count(kLeaf, 0, &a, &b, &c, &d) != 0 && (c & bit_VAES) != 0;
}

#endif

CpuLevel look() {
#ifdef __x86_64__
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                        __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
                        __builtin_cpu_supports("aes");
  const bool has_avx512 = __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512vbmi") &&
                          __builtin_cpu_supports("avx512vbmi2") && has_wide_aes();
  if (has_avx2) return has_avx512 ? CpuLevel::Avx512 : CpuLevel::Avx2;
#endif
  return CpuLevel::Baseline;
}

}  // namespace

CpuLevel best_cpu_level() {
  // The environment does not change while a program runs.
  static const CpuLevel kBest =
      cpu_level_at_most(look(), std::getenv(kCpuLevelVariable));  // NOLINT(concurrency-mt-unsafe)
  return kBest;
}

CpuLevel cpu_level_at_most(CpuLevel best, const char* wanted) {
  if (wanted == nullptr || *wanted == '\0') return best;
  for (const auto level : {CpuLevel::Baseline, CpuLevel::Avx2, CpuLevel::Avx512}) {
    if (cpu_level_name(level) == wanted && level <= best) return level;
  }
  throw std::runtime_error(std::string(kCpuLevelVariable) + ": this processor has no '" + wanted +
                           "', its best is " + std::string(cpu_level_name(best)));
}

std::string_view cpu_level_name(CpuLevel level) {
  switch (level) {
    case CpuLevel::Baseline: return "baseline";
    case CpuLevel::Avx2: return "avx2";
    case CpuLevel::Avx512: return "avx512";
  }
  return "";
}

}  // namespace weir::base
