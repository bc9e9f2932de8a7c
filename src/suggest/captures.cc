// SPDX-License-Identifier: Apache-2.0
#include "suggest/captures.h"

#include <algorithm>
#include <unordered_set>

#include "weir/mapping/glob_grammar.h"

namespace weir::suggest {

namespace {

constexpr std::size_t kNamesMax = 256;

// What the pieces that vary cover in `name`, piece by piece: for regexes without dotted ids.
void append_by_segment(const Draft& draft, const Name& name, std::vector<std::string_view>& found) {
  if (name.segments.size() != draft.pieces.size()) return;
  for (std::size_t i = 0; i < draft.pieces.size(); ++i) {
    const auto& piece = draft.pieces[i];
    if (!is_varying(piece)) continue;
    auto value = name.segments[i];
    value.remove_prefix(std::min(value.size(), piece.before.size()));
    value.remove_suffix(std::min(value.size(), piece.after.size()));
    found.push_back(value);
  }
}

std::vector<Capture> empty_captures(const Pieces& pieces) {
  std::vector<Capture> captures;
  std::size_t in_run = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool varies = is_varying(pieces[i]);
    if (varies) captures.push_back({&pieces[i], i, in_run, {}, 0});
    in_run = varies ? in_run + 1 : 0;
  }
  return captures;
}

}  // namespace

std::vector<Capture> captures_of(const Draft& draft, std::span<const Name> names) {
  auto captures = empty_captures(draft.pieces);
  std::vector<std::unordered_set<std::string_view>> seen(captures.size());
  std::vector<std::string_view> values;
  const auto count = std::min(draft.names.size(), kNamesMax);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& name = names[draft.names[i]];
    values.clear();
    if (draft.is_regex) {
      append_by_segment(draft, name, values);
    } else {
      mapping::append_captures(draft.match, name.sent->name, values);
    }
    if (values.size() != captures.size()) continue;
    for (std::size_t at = 0; at < values.size(); ++at) {
      ++captures[at].names;
      if (seen[at].insert(values[at]).second) captures[at].values.push_back(values[at]);
    }
  }
  return captures;
}

}  // namespace weir::suggest
