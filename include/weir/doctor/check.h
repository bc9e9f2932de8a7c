// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::doctor {

// In the order of how bad it is.
enum class Verdict : std::uint8_t {
  Ok,
  Note,     // cannot be told, or is worth to know
  Warning,  // loses something, or will
  Error,    // keeps the daemon from its work
};

// As tables and JSON have it: `ok`, `note`, `warning`, `error`.
[[nodiscard]] std::string_view name_of(Verdict verdict);

// What was looked at, and what came of it. Texts are one line each, without a full stop at the end;
// what others chose in them is made visible where they are printed.
struct Check {
  // Which check, one word with dashes; the same in every release.
  std::string_view id;
  Verdict verdict = Verdict::Ok;
  std::string found;
  // "" where nothing has to be done.
  std::string what_to_do = {};
};

}  // namespace weir::doctor
