// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::support {

// How much of `usual` a test with random input in one thread does, at least 1: less under TSan,
// which makes it thirty times slower and has nothing to find there.
template <class Number>
constexpr Number rounds(Number usual) {
#ifdef __SANITIZE_THREAD__
  constexpr Number kShare = 8;
  return usual < kShare ? Number{1} : usual / kShare;
#else
  return usual;
#endif
}

}  // namespace weir::support
