// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::mapping {

// The first thing about a sample that keeps a rule from taking it: of its name, then its type, then
// its tags. Borrows from the rule, the name and the tags.
struct Mismatch {
  enum class Part : std::uint8_t {
    Segment,     // a segment of the name is another than the glob has there
    TooShort,    // the name ends where the glob goes on
    TooLong,     // the name goes on where the glob ends
    Between,     // the words between the glob's two `**` are not in the name
    Regex,       // the regex matches nowhere in the name
    Type,        // the rule is for samples of another type
    MissingTag,  // there is no tag of a key that the rule asks for
    Tag,         // there is one, with another value
  };
  Part part = Part::Segment;
  // What of the rule is not met: the segment, the words, what is left of the regex, the pattern of
  // a tag's value.
  std::string_view wanted = {};
  // What of the sample stands there; "" where nothing does.
  std::string_view found = {};
  // Segment, TooShort and TooLong: which segment of the name, from 1.
  std::size_t segment = 0;
  // Tag and MissingTag.
  std::string_view key = {};
  // Regex: the beginning of it that alone would match, "" where not even its first character does
  // or this is not known.
  std::string_view fitting = {};

  // The name is one that the rule takes.
  [[nodiscard]] bool is_of_other_samples() const { return part >= Part::Type; }
};

}  // namespace weir::mapping
