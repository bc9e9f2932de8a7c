// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/tag_parser.h"

#include <cstddef>
#include <cstring>

#include "statsd/tag_scan.h"

namespace weir::statsd {
namespace {

constexpr auto kNotFound = std::string_view::npos;

// Sixteen bytes at once; an extension that GCC and clang share on every processor.
using Bytes = unsigned char __attribute__((vector_size(16)));

// 0xff where `block` holds a marker of any dialect that is on by default.
Bytes markers_in(const char* block) {
  Bytes bytes;
  std::memcpy(&bytes, block, sizeof bytes);
  return static_cast<Bytes>((bytes == '#') | (bytes == ',') | (bytes == '[') | (bytes == ']'));
}

bool is_marker(char c, const Dialects& dialects) {
  switch (c) {
    case '#': return dialects.librato;
    case ',': return dialects.influxdb;
    case '[':
    case ']': return dialects.signalfx;
    case ';': return dialects.graphite;
    default: return false;
  }
}

bool has_enabled_marker(std::string_view name, const Dialects& dialects) {
  for (const char c : name) {
    if (is_marker(c, dialects)) return true;
  }
  return false;
}

// True when `name` holds none of those markers, as nearly every name. At least one block long.
bool is_free_of_markers(std::string_view name) {
  Bytes found = {};
  for (std::size_t at = 0; at + sizeof(Bytes) <= name.size(); at += sizeof(Bytes)) {
    found |= markers_in(name.data() + at);
  }
  // The last block may overlap the one before.
  found |= markers_in(name.data() + name.size() - sizeof(Bytes));
  std::uint64_t halves[2];
  static_assert(sizeof halves == sizeof found);
  std::memcpy(halves, &found, sizeof halves);
  return (halves[0] | halves[1]) == 0;
}

std::size_t find_list_marker(std::string_view name, const Dialects& dialects) {
  if (dialects.librato && dialects.influxdb) return name.find_first_of("#,");
  if (dialects.librato) return name.find('#');
  return dialects.influxdb ? name.find(',') : kNotFound;
}

// Where Graphite's tags begin: at a `;` with no other marker before it.
std::size_t find_graphite_marker(std::string_view name, const Dialects& dialects) {
  if (!dialects.graphite) return kNotFound;
  const auto marker = name.find(';');
  if (marker == kNotFound || has_enabled_marker(name.substr(0, marker), dialects)) return kNotFound;
  return marker;
}

// Each after the character that parts them.
void append_malformed(std::string& out, std::string_view tags, TagGrammar grammar) {
  while (!tags.empty()) {
    const auto comma = tags.find(grammar.comma);
    const auto tag = tags.substr(0, comma);
    if (scan_tag(tag, grammar, [](std::string_view, std::string_view) {}) != 0) {
      out += grammar.comma;
      out += tag;
    }
    if (comma == kNotFound) return;
    tags.remove_prefix(comma + 1);
  }
}

}  // namespace

TaggedName split_name(std::string_view name, const Dialects& dialects) {
  if (!may_have_name_tags(name, dialects)) return {.bare = {name, {}}, .tags = {}};
  if (const auto marker = find_graphite_marker(name, dialects); marker != kNotFound) {
    return {.bare = {name.substr(0, marker), {}},
            .tags = name.substr(marker + 1),
            .grammar = kGraphiteGrammar};
  }
  if (dialects.signalfx) {
    const auto open = name.find('[');
    const auto close = name.find(']');
    if (open < close && close != kNotFound) {
      return {.bare = {name.substr(0, open), name.substr(close + 1)},
              .tags = name.substr(open + 1, close - open - 1)};
    }
    if (open != close) return {.bare = {name, {}}, .tags = {}, .is_one_sided = true};
  }
  const auto marker = find_list_marker(name, dialects);
  if (marker == kNotFound) return {.bare = {name, {}}, .tags = {}};
  return {.bare = {name.substr(0, marker), {}}, .tags = name.substr(marker + 1)};
}

bool may_have_name_tags(std::string_view name, const Dialects& dialects) {
  if (name.size() >= sizeof(Bytes) && is_free_of_markers(name)) {
    return dialects.graphite && name.find(';') != kNotFound;
  }
  return has_enabled_marker(name, dialects);
}

BareName parse_name_tags(std::string_view name, const Dialects& dialects, const TagVisitor& visit,
                         std::uint32_t& errors) {
  const TaggedName split = split_name(name, dialects);
  errors += split.is_one_sided ? 1 : scan_tags(split.tags, split.grammar, visit);
  return split.bare;
}

void parse_field_tags(const sample::IdentityFields& fields, const Dialects& dialects,
                      const TagVisitor& visit, std::uint32_t& errors) {
  constexpr std::string_view kContainerMarker = "c:";
  for (const std::string_view field : fields.all()) {
    if (field.starts_with(kContainerMarker)) {
      visit("container_id", field.substr(kContainerMarker.size()));
    } else if (dialects.dogstatsd) {
      errors += scan_tags(field.substr(1), kDogStatsDGrammar, visit);
    }
  }
}

std::string malformed_name_tags(std::string_view name, const Dialects& dialects) {
  const TaggedName split = split_name(name, dialects);
  if (split.is_one_sided) return std::string(name);
  std::string malformed;
  append_malformed(malformed, split.tags, split.grammar);
  return malformed.empty() ? malformed : malformed.substr(1);
}

std::string malformed_field_tags(const sample::IdentityFields& fields, const Dialects& dialects) {
  std::string malformed;
  if (!dialects.dogstatsd) return malformed;
  for (const std::string_view field : fields.all()) {
    if (field.starts_with('#')) append_malformed(malformed, field.substr(1), kDogStatsDGrammar);
  }
  return malformed.empty() ? malformed : malformed.substr(1);
}

}  // namespace weir::statsd
