// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace weir::base {

// The first of the candidates that are most like `word`, ASCII case aside: fewest bytes to insert,
// remove or replace. "" when every one needs more than three, or more than half of the word's
// bytes, and for words over 40 bytes, whose comparison would cost too much. For messages that guess
// what an operator meant. Any thread.
[[nodiscard]] std::string_view most_similar(std::string_view word,
                                            std::span<const std::string_view> candidates);

}  // namespace weir::base
