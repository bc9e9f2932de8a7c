// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/glob_order.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/name_grammar.h"

namespace weir::mapping {

namespace {

// The smaller the more specific.
using SegmentRank = std::pair<SegmentForm, std::size_t>;
struct RankedGlob {
  std::vector<SegmentRank> segments;
  std::uint32_t index = 0;
};

// Only globs that match the same name need the right order, so the names need not be known: these
// globs are of equal length, or one has a `**`. Where both have it, in the same place, the one with
// more segments after it goes first: it has a segment there where the other still has its `**`.
// Where in a name the second of two `**` begins is not known: such a glob ranks by what is before
// the first, and after those that have one `**` there.
std::vector<SegmentRank> rank_of(std::string_view glob) {
  const bool has_two_tails = !between_tails(glob).empty();
  std::vector<SegmentRank> ranks;
  for (auto left = count_segments(glob); left > 0; --left) {
    const auto segment = take_segment(glob);
    const auto form = form_of(segment);
    std::size_t within = 0;
    if (form == SegmentForm::Part) within = ~segment.size();
    if (form == SegmentForm::Tail) within = has_two_tails ? ~std::size_t{0} : ~left;
    ranks.emplace_back(form, within);
    if (form == SegmentForm::Tail && has_two_tails) break;
  }
  return ranks;
}

}  // namespace

std::vector<std::uint32_t> most_specific_first(std::span<const Rule> rules) {
  std::vector<RankedGlob> globs;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    if (rules[i].match_type == MatchType::Glob) globs.push_back({rank_of(rules[i].match), i});
  }
  std::ranges::stable_sort(globs, {}, &RankedGlob::segments);
  std::vector<std::uint32_t> order;
  order.reserve(globs.size());
  for (const auto& glob : globs) order.push_back(glob.index);
  return order;
}

}  // namespace weir::mapping
