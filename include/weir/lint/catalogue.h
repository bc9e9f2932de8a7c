// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

// What `weir lint` finds in mapping files. Immutable; any thread.
namespace weir::lint {

// In ascending order.
enum class Severity : std::uint8_t {
  Note,     // a matter of style, of another program, or of a question to ask oneself
  Warning,  // the file is used, and something in it does not do what it seems to
  Error,    // the file is refused, or a part of it cannot work
};
[[nodiscard]] std::string_view name_of(Severity severity);

// One kind of finding.
struct Kind {
  // What files and commands call it: `capture-missing`.
  std::string_view id;
  Severity severity = Severity::Note;
  std::string_view title;
  // One or two sentences each.
  std::string_view why;
  std::string_view what_to_do;
  // A mapping file that has it, and one that nearly has it.
  std::string_view example;
  std::string_view near_miss;
};

// The kinds about one part of a mapping file.
struct Chapter {
  std::string_view title;
  std::span<const Kind> kinds;
};
[[nodiscard]] std::span<const Chapter> catalogue();

// Null when there is none of this id.
[[nodiscard]] const Kind* find_kind(std::string_view id);

}  // namespace weir::lint
