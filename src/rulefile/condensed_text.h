// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

// What yaml-cpp reads in place of a file. It takes 100 ns for each byte, and a mapping file is
// mostly list items that differ in nothing but their values. So each value of an item gives way to
// a word of one letter, and an item that then looks like an earlier one gives way to that word as a
// whole. Lines and columns stay. Nothing of YAML is decided here: where yaml-cpp does not report
// each stand-in as a value of its own, at its place and in block style, this is of no use, and the
// file is read as it is written.
struct CondensedText {
  // What stands in for a value or an item. A value keeps its quotes.
  static constexpr std::string_view kStandIn = "x";

  // An item of a list, whose lines are all of the shape `key: value`.
  struct Item {
    // Of what is after its `- `.
    Position position;
    // Items of the same shape have the same number; the first of them is written out.
    std::size_t shape = 0;
    bool is_first = true;
    // Nothing stands in for it: it comes after the one before in the same list.
    bool is_next = false;
  };
  // A value of an item that is written out.
  struct Value {
    Position position;
    // Borrowed from the file.
    std::string_view text;
    // It has no quotes.
    bool is_plain = true;
  };

  // From a line of `text` on, how many lines of the file are left out before.
  struct Gap {
    std::size_t line = 0;
    std::size_t lines = 0;
  };
  // The line of the file that a line of `text` is.
  [[nodiscard]] std::size_t line_in_file(std::size_t line) const;

  std::string text;
  std::vector<Gap> gaps;
  // All in the order of the text.
  std::vector<Item> items;
  std::vector<Value> values;
  // The values of the items that are not written out.
  std::vector<std::string_view> repeated;
};

// Nothing for a text without such items, and for one that may be beyond the bounds of a document.
[[nodiscard]] std::optional<CondensedText> condense(std::string_view text);

}  // namespace weir::rulefile
