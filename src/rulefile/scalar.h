// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::rulefile {

// A plain YAML 1.1 number. Integers beyond int64 are reals only.
struct ScalarNumber {
  double real = 0;
  std::int64_t integer = 0;
  bool is_integer = false;
};

// What a plain scalar means where a boolean or a number is wanted (behaviour file.booleans and
// file.numbers); nothing when it is neither.
std::optional<bool> bool_of_scalar(std::string_view text);
std::optional<ScalarNumber> number_of_scalar(std::string_view text);

}  // namespace weir::rulefile
