// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "migrate/source.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::migrate {

// A part of the text, by offsets.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// An entry of a map as it stands in the text: its key, with quotes, and its value, without what
// follows on the last line. An empty value is where the colon ends.
struct Extent {
  Span key;
  Span value;
  // A list or map without brackets, which has lines of its own.
  bool is_block = false;
};

// Finds where the nodes of a document end: the parser says only where they begin. Borrows the
// source.
class Layout {
 public:
  explicit Layout(const Source& source) : source_(source) {}

  // Whether a list or map is in brackets.
  [[nodiscard]] bool is_flow(const rulefile::YamlNode& node) const;
  // What is between the quotes of a scalar, or all of one without quotes, where that is on one line
  // and has no escapes.
  [[nodiscard]] std::optional<Span> word_of(const rulefile::YamlNode& scalar) const;
  // Whether the value stands elsewhere, under an anchor.
  [[nodiscard]] bool is_alias(const rulefile::Entry& entry) const;
  // Nothing for an entry that is written in an unusual way.
  [[nodiscard]] std::optional<Extent> extent_of(const rulefile::Entry& entry) const;
  // The last line of the comments that are below a block and belong to it.
  [[nodiscard]] std::size_t last_line_with_comments(const Extent& extent) const;

  // Where a node begins after its anchor and tag.
  [[nodiscard]] std::size_t content_of(const rulefile::YamlNode& node) const;

 private:
  [[nodiscard]] std::size_t without_properties(std::size_t offset) const;
  [[nodiscard]] std::size_t skip_blanks(std::size_t offset) const;
  [[nodiscard]] std::optional<std::size_t> end_of_brackets(std::size_t open) const;
  [[nodiscard]] std::optional<std::size_t> end_of_quotes(std::size_t open) const;
  // Of what is not a list or map without brackets.
  [[nodiscard]] std::optional<Span> inline_value(const rulefile::Entry& entry,
                                                 std::size_t colon) const;
  [[nodiscard]] std::optional<Span> null_value(std::size_t colon) const;
  [[nodiscard]] std::optional<Span> alias_value(std::size_t colon) const;
  [[nodiscard]] std::optional<std::size_t> end_of_scalar(const rulefile::YamlNode& scalar) const;
  [[nodiscard]] std::size_t end_of_block(const rulefile::Entry& entry, std::size_t key) const;

  const Source& source_;
};

}  // namespace weir::migrate
