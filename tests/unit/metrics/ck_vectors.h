// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "weir/metrics/definition.h"

namespace weir::metrics {

// The reference's own objectives when nothing is configured.
inline const std::vector<Objective>& default_objectives() {
  static const std::vector<Objective> kObjectives{{0.5, 0.05}, {0.9, 0.01}, {0.99, 0.001}};
  return kObjectives;
}

enum class Input : std::uint8_t { Ascending, Congruential, Descending };

// 1..n, a linear congruential generator modulo 100,000, or n-1..0.
inline std::vector<double> make_input(Input input, std::size_t n) {
  std::vector<double> values;
  values.reserve(n);
  std::uint64_t state = 42;
  for (std::size_t i = 0; i < n; ++i) {
    state = (state * 1103515245 + 12345) & 0x7fffffffU;
    switch (input) {
      case Input::Ascending: values.push_back(static_cast<double>(i + 1)); break;
      case Input::Congruential: values.push_back(static_cast<double>(state % 100000)); break;
      case Input::Descending: values.push_back(static_cast<double>(n - 1 - i)); break;
    }
  }
  return values;
}

// What the reference's sketch answers with the default objectives, all asked once at the end, and
// the entries it then keeps.
struct GoldenVector {
  const char* title;
  Input input;
  std::size_t n;
  std::array<double, 3> quantiles;
  std::size_t entries;
};

inline constexpr GoldenVector kGoldenVectors[] = {
    {"Ascending1", Input::Ascending, 1, {1, 1, 1}, 1},
    {"Ascending2", Input::Ascending, 2, {1, 2, 2}, 2},
    {"Ascending3", Input::Ascending, 3, {2, 3, 3}, 3},
    {"Ascending10", Input::Ascending, 10, {5, 9, 10}, 10},
    {"Ascending499", Input::Ascending, 499, {250, 450, 495}, 499},
    {"Ascending500", Input::Ascending, 500, {264, 448, 496}, 29},
    {"Ascending501", Input::Ascending, 501, {264, 448, 497}, 30},
    {"Ascending999", Input::Ascending, 999, {541, 901, 991}, 29},
    {"Ascending1000", Input::Ascending, 1000, {472, 909, 990}, 28},
    {"Ascending1001", Input::Ascending, 1001, {472, 909, 992}, 29},
    {"Ascending5000", Input::Ascending, 5000, {2591, 4455, 4950}, 31},
    {"Ascending100000", Input::Ascending, 100000, {45816, 90817, 99100}, 37},
    {"Congruential10", Input::Congruential, 10, {66532, 95735, 96027}, 10},
    {"Congruential500", Input::Congruential, 500, {53616, 88928, 99317}, 29},
    {"Congruential1000", Input::Congruential, 1000, {53616, 89223, 98533}, 40},
    {"Congruential10000", Input::Congruential, 10000, {53616, 90109, 99056}, 40},
    {"Congruential100000", Input::Congruential, 100000, {53616, 90109, 98932}, 39},
    {"Descending1000", Input::Descending, 1000, {541, 901, 990}, 34},
    {"Descending10000", Input::Descending, 10000, {4398, 8888, 9901}, 234},
};

}  // namespace weir::metrics
