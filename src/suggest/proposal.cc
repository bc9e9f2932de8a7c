// SPDX-License-Identifier: Apache-2.0
#include "weir/suggest/proposal.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "suggest/draft.h"
#include "suggest/key_values.h"
#include "suggest/pattern_finder.h"
#include "suggest/segment_shape.h"
#include "suggest/trial.h"
#include "weir/base/ascii.h"
#include "weir/base/utf8.h"

namespace weir::suggest {

namespace {

constexpr std::size_t kExamplesMax = 3;
// Of all names together; what comes after is left alone. Each takes some hundred bytes.
constexpr std::size_t kAllSegmentsMax = 1'000'000;

// Those of ASCII, those of Unicode, and what YAML takes for ends of lines or of another meaning.
bool has_control(std::string_view text) {
  constexpr auto kBreaks =
      std::to_array<std::string_view>({"\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"});
  const bool has_ascii = std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
  const auto c1 = std::ranges::adjacent_find(
      text, [](char a, char b) { return a == '\xC2' && static_cast<unsigned char>(b) < 0xA0; });
  return has_ascii || c1 != text.end() || std::ranges::any_of(kBreaks, [text](auto mark) {
           return text.find(mark) != std::string_view::npos;
         });
}

// Nothing for names that no rule is proposed for: with an empty segment, too long, or not fit to be
// written into a file.
std::vector<std::string_view> segments_of(std::string_view name) {
  std::vector<std::string_view> segments;
  if (name.size() > kNameBytesMax || has_control(name) || !base::is_utf8(name)) return segments;
  while (true) {
    const auto count = std::max<std::size_t>(1, address_segments(name));
    std::size_t end = 0;
    for (std::size_t i = 0; i < count; ++i) end = name.find('.', i == 0 ? 0 : end + 1);
    const auto segment = name.substr(0, end);
    if (segment.empty() || segments.size() == kSegmentsMax) return {};
    segments.push_back(segment);
    if (end == std::string_view::npos) return segments;
    name.remove_prefix(end + 1);
  }
}

std::vector<Name> unmapped_names(const Traffic& traffic) {
  std::vector<Name> names;
  names.reserve(traffic.names().size());
  std::size_t segments = 0;
  for (const auto& sent : traffic.names()) {
    if (sent.is_mapped) continue;
    names.push_back({&sent, segments_of(sent.name)});
    segments += names.back().segments.size();
    if (segments > kAllSegmentsMax) names.back().segments.clear();
  }
  return names;
}

// A draft for each kind of metric among the names of `pattern`.
void append_drafts(const Pattern& pattern, std::span<const Name> names,
                   std::vector<Draft>& drafts) {
  std::map<sample::EventKind, NameIds> by_kind;
  for (const auto id : pattern.names) by_kind[names[id].kind()].push_back(id);
  for (auto& [kind, ids] : by_kind) {
    Draft draft;
    draft.pieces = pattern.pieces;
    draft.kind = kind;
    draft.names = std::move(ids);
    draft.total = pattern.total;
    draft.stem = pattern.metric;
    draft.needs_kind = by_kind.size() > 1;
    for (const auto id : draft.names) draft.samples += names[id].sent->samples;
    drafts.push_back(std::move(draft));
  }
}

// The heaviest, in their order; of those that are as heavy as the last of them the first.
void keep_heaviest(std::vector<Draft>& drafts) {
  if (drafts.size() <= kProposedRulesMax) return;
  std::vector<std::uint64_t> samples;
  samples.reserve(drafts.size());
  for (const auto& draft : drafts) samples.push_back(draft.samples);
  std::ranges::nth_element(samples, samples.begin() + kProposedRulesMax - 1, std::greater());
  const auto least = samples[kProposedRulesMax - 1];
  const auto heavier =
      std::ranges::count_if(drafts, [least](const Draft& draft) { return draft.samples > least; });
  auto left = kProposedRulesMax - static_cast<std::size_t>(heavier);
  std::erase_if(drafts, [least, &left](const Draft& draft) {
    if (draft.samples != least) return draft.samples < least;
    if (left == 0) return true;
    --left;
    return false;
  });
}

std::vector<Draft> draft_rules(std::span<const Name> names, std::uint64_t& steps) {
  auto found = find_key_values(names);
  PatternFinder finder(names);
  auto patterns = std::move(found.patterns);
  std::ranges::move(finder.find(std::move(found.others)), std::back_inserter(patterns));
  steps = finder.steps();
  std::vector<Draft> drafts;
  drafts.reserve(patterns.size());
  for (const auto& pattern : patterns) append_drafts(pattern, names, drafts);
  keep_heaviest(drafts);
  for (auto& draft : drafts) {
    write_match(draft);
    name_metric(draft, names);
  }
  std::erase_if(drafts, [](const Draft& draft) { return draft.stem.empty(); });
  name_labels(drafts, names);
  part_metrics(drafts, names);
  return drafts;
}

// What weir makes of a name without a rule.
std::string plain_metric(std::string_view name) {
  std::string metric(name);
  std::ranges::replace_if(
      metric, [](char c) { return !base::is_word(c) && c != ':'; }, '_');
  return metric;
}

bool changes_nothing(const Draft& draft, std::span<const Name> names) {
  return !draft.is_up_down && draft.labels.empty() && draft.unit.empty() && draft.scale.empty() &&
         draft.kind != sample::EventKind::Set && draft.names.size() == 1 &&
         plain_metric(names[draft.names.front()].sent->name) == draft.metric();
}

// Where nothing varies, tags are labels already, and only rules that change something are proposed;
// elsewhere each name has a rule, so that the file knows all that is sent. Returns how many names
// were fine.
std::uint64_t leave_out_fine(std::vector<Draft>& drafts, std::span<const Name> names) {
  const bool is_flat = std::ranges::none_of(drafts, [](const Draft& draft) {
    return draft.is_dropped || std::ranges::any_of(draft.pieces, is_varying);
  });
  if (!is_flat) return 0;
  return std::erase_if(drafts,
                       [names](const Draft& draft) { return changes_nothing(draft, names); });
}

std::string comment_of(const Draft& draft, const ProposedRule& rule) {
  if (draft.is_dropped) {
    return fmt::format("# {} {} series less.\n", draft.reason, rule.saved());
  }
  if (rule.names < 2 && rule.saved() == 0) return {};
  auto text = fmt::format("# {} names, {} series", rule.names, rule.series_after);
  if (rule.saved() > 0) text += fmt::format(" instead of {}", rule.series_before);
  return text + ".\n";
}

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n') + 1;
    (out += "  ") += text.substr(0, end);
    text.remove_prefix(end);
  }
  return out;
}

ProposedRule rule_of(const Draft& draft, const TrialCount& count, std::span<const Name> names) {
  ProposedRule rule{.yaml = {},
                    .match = draft.match,
                    .name = draft.is_dropped ? "dropped" : draft.metric(),
                    .names = count.names.size(),
                    .samples = count.samples,
                    .series_before = count.series_before,
                    .series_after = count.series_after,
                    .examples = {}};
  for (std::size_t i = 0; i < std::min(kExamplesMax, count.names.size()); ++i) {
    rule.examples.push_back(names[count.names[i]].sent->name);
  }
  rule.yaml = indented(comment_of(draft, rule) + entry_of(draft));
  return rule;
}

}  // namespace

Proposal propose(const Traffic& traffic) {
  Proposal proposal;
  const auto names = unmapped_names(traffic);
  proposal.names = proposal.unmapped = names.size();
  auto drafts = draft_rules(names, proposal.steps);
  proposal.fine = leave_out_fine(drafts, names);
  const auto counts = make_sound(drafts, names, traffic.validation());
  proposal.rules.reserve(drafts.size());
  for (std::size_t at = 0; at < drafts.size(); ++at) {
    proposal.rules.push_back(rule_of(drafts[at], counts[at], names));
    proposal.unmapped -= proposal.rules.back().names;
  }
  if (!proposal.rules.empty()) proposal.yaml = "mappings:\n";
  for (const auto& rule : proposal.rules) proposal.yaml += rule.yaml;
  return proposal;
}

}  // namespace weir::suggest
