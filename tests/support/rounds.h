// SPDX-License-Identifier: Apache-2.0
#pragma once

// GCC defines the first of each pair, clang has the second.
#ifdef __has_feature
#define WEIR_HAS_FEATURE(name) __has_feature(name)
#else
#define WEIR_HAS_FEATURE(name) 0
#endif

namespace weir::support {

// By how much less a test with random input in one thread does under a sanitizer: TSan makes it
// thirty times slower and has nothing to find there, ASan three times.
#if defined(__SANITIZE_THREAD__) || WEIR_HAS_FEATURE(thread_sanitizer)
inline constexpr int kShareOfRounds = 8;
#elif defined(__SANITIZE_ADDRESS__) || WEIR_HAS_FEATURE(address_sanitizer)
inline constexpr int kShareOfRounds = 3;
#else
inline constexpr int kShareOfRounds = 1;
#endif

// How much of `usual` such a test does, at least 1.
template <class Number>
constexpr Number rounds(Number usual) {
  constexpr auto kShare = static_cast<Number>(kShareOfRounds);
  return usual < kShare ? Number{1} : usual / kShare;
}

}  // namespace weir::support

#undef WEIR_HAS_FEATURE
