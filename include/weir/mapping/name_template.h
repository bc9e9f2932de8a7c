// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::mapping {

// A `name` or label value of a rule, compiled once: literal text and references to captures.
// Immutable; safe to use from any thread.
class NameTemplate {
 public:
  NameTemplate() = default;

  // The glob grammar (behaviour template.*, difference Q13): a reference is `$` and the longest run
  // of [A-Za-z0-9_], or `${...}`; it counts when it is an integer in 0..`capture_count` (0 is the
  // whole name), else it is empty.
  static NameTemplate for_glob(std::string_view source, std::size_t capture_count);
  // The regex grammar (behaviour template.*): Go's expansion. `group_names[i]` is the name of group
  // i, "" when it has none; group 0 is the whole match.
  static NameTemplate for_regex(std::string_view source, std::span<const std::string> group_names);

  // Appends the expansion. `captures[0]` is the whole name (glob) or match (regex); captures borrow
  // from the StatsD name. A reference beyond `captures` is empty.
  void expand(std::span<const std::string_view> captures, std::string& out) const;

  // The same where it is a text that is there already, of the template or of a capture: it is
  // nothing but one of the two. Nothing otherwise.
  [[nodiscard]] std::optional<std::string_view> known_expansion(
      std::span<const std::string_view> captures) const;

  // The text as written in the file.
  [[nodiscard]] const std::string& source() const { return source_; }

  // Whether some reference is to this capture.
  [[nodiscard]] bool refers_to(std::size_t capture) const;
  // Whether both become the same text whatever the captures are: `$1` and `${1}` do.
  [[nodiscard]] bool expands_as(const NameTemplate& other) const;
  // The references that nothing ever fills, as written: the pattern has no such capture.
  [[nodiscard]] std::vector<std::string_view> empty_references() const;

 private:
  // A literal when `capture` is negative, else a reference.
  struct Part {
    int capture = -1;
    std::string text;
  };
  template <class Read>
  static NameTemplate compile(std::string_view source, Read read);
  void add_literal(std::string_view text);

  // Beside the numbers of captures.
  static constexpr int kLiteral = -1;
  static constexpr int kSeveralParts = -2;

  std::string source_;
  // What it is all of: the capture, kLiteral for `source_` itself, or kSeveralParts.
  int sole_part_ = kLiteral;
  std::vector<Part> parts_;
};

}  // namespace weir::mapping
