// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "weir/statsd/tag_parser.h"

// The tag grammar (behaviour line.tags) as templates, so that the line parser can count tags
// without a std::function between.
namespace weir::statsd {

// The PHP client writes a `#` before every tag of a DogStatsD section, not only before the first.
enum class HashBeforeTag : std::uint8_t { Keep, Strip };

// How the tags of one list are written.
struct TagGrammar {
  // Between two tags.
  char comma;
  // Between key and value.
  char separator;
  HashBeforeTag hash;
};

inline constexpr TagGrammar kNameTagGrammar = {',', '=', HashBeforeTag::Keep};
inline constexpr TagGrammar kGraphiteGrammar = {';', '=', HashBeforeTag::Keep};
inline constexpr TagGrammar kDogStatsDGrammar = {',', ':', HashBeforeTag::Strip};

// Visits the key and the value of `tag`, or returns 1 when it has no separator or an empty half.
template <class Visit>
std::uint32_t scan_tag(std::string_view tag, TagGrammar grammar, Visit&& visit) {
  if (grammar.hash == HashBeforeTag::Strip && tag.starts_with('#')) tag.remove_prefix(1);
  const auto separator = tag.find(grammar.separator);
  if (separator == std::string_view::npos || separator == 0) return 1;
  if (separator + 1 == tag.size()) return 1;
  visit(tag.substr(0, separator), tag.substr(separator + 1));
  return 0;
}

// Visits each good tag of the list `tags` and returns the number of malformed ones. The nothing
// after the last comma is no tag, not an empty one.
template <class Visit>
std::uint32_t scan_tags(std::string_view tags, TagGrammar grammar, Visit&& visit) {
  std::uint32_t errors = 0;
  while (!tags.empty()) {
    const auto comma = tags.find(grammar.comma);
    errors += scan_tag(tags.substr(0, comma), grammar, visit);
    if (comma == std::string_view::npos) break;
    tags.remove_prefix(comma + 1);
  }
  return errors;
}

// A metric name taken apart.
struct TaggedName {
  BareName bare;
  std::string_view tags;
  TagGrammar grammar = kNameTagGrammar;
  // Only one of the two brackets is there, or they are the wrong way round: one malformed tag.
  bool is_one_sided = false;
};

[[nodiscard]] TaggedName split_name(std::string_view name, const Dialects& dialects);

}  // namespace weir::statsd
