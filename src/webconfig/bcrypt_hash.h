// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::webconfig {

inline constexpr std::size_t kBcryptBytes = 60;

// What is wrong with `hash` as a hash of bcrypt ($2a$, $2b$ or $2y$); nothing when it is one. What
// comes after its 60 bytes is not looked at.
[[nodiscard]] std::optional<std::string_view> bcrypt_fault(std::string_view hash);

// How many times its work doubles, 4 to 31. Only for a hash without fault.
[[nodiscard]] int bcrypt_cost(std::string_view hash);

// A hash of no password, of that cost.
[[nodiscard]] std::string unmatchable_hash(int cost);

// As much of `password` as its hash depends on.
[[nodiscard]] std::string significant_part(const std::string& password);

// Whether `password` is that of `hash`. Takes as long as the cost says, whatever the answer. Any
// thread.
[[nodiscard]] bool matches_bcrypt(const std::string& password, std::string_view hash);

}  // namespace weir::webconfig
