// SPDX-License-Identifier: Apache-2.0
#include "weir/base/instructions.h"

namespace weir::base {

namespace {

Instructions look() {
#ifdef __x86_64__
  const bool is_wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                       __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
                       __builtin_cpu_supports("aes");
  const bool is_widest = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                         __builtin_cpu_supports("avx512vbmi") &&
                         __builtin_cpu_supports("avx512vbmi2");
  if (is_wide) return is_widest ? Instructions::Widest : Instructions::Wide;
#endif
  return Instructions::Common;
}

}  // namespace

Instructions best_instructions() {
  static const Instructions kBest = look();
  return kBest;
}

}  // namespace weir::base
