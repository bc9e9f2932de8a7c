// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/rule_loader.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "mapping/fields.h"
#include "mapping/findings.h"
#include "mapping/key_table.h"
#include "mapping/reachability.h"
#include "mapping/rule_builder.h"
#include "mapping/rule_draft.h"
#include "mapping/source_text.h"
#include "mapping/yaml_document.h"
#include "weir/mapping/builtin.h"

namespace weir::mapping {

namespace {

// More rules in one file are refused: each may carry a copy of the defaults.
constexpr std::size_t kRulesMax = 100'000;

// The two halves of a file; null when absent.
struct FileDraft {
  const YamlNode* defaults = nullptr;
  const YamlNode* mappings = nullptr;
};

constexpr std::array<Key<FileDraft>, 2> kFileKeys{{
    {"defaults",
     [](const YamlNode& value, FileDraft& draft, Findings&) { draft.defaults = &value; }},
    {"mappings",
     [](const YamlNode& value, FileDraft& draft, Findings&) { draft.mappings = &value; }},
}};

struct BuiltRules {
  std::vector<Rule> rules;
  // Where the pattern of each stands.
  std::vector<Place> match_places;
};

std::vector<RuleDraft> read_rules(const YamlNode& mappings, Findings& findings) {
  std::vector<RuleDraft> drafts;
  if (!is_list(mappings, "mappings", findings)) return drafts;
  if (mappings.entries.size() > kRulesMax) {
    findings.fault(mappings.entries[kRulesMax].value->place,
                   fmt::format("more than {} mappings, remove some", kRulesMax));
    return drafts;
  }
  drafts.reserve(mappings.entries.size());
  for (const auto& item : mappings.entries) drafts.push_back(read_rule(*item.value, findings));
  return drafts;
}

BuiltRules build_rules(const std::vector<RuleDraft>& drafts, const Inherited& inherited,
                       Findings& findings) {
  BuiltRules built;
  for (const auto& draft : drafts) {
    const auto index = static_cast<std::uint32_t>(built.rules.size());
    built.rules.push_back(build_rule(draft, inherited, index, findings));
    built.match_places.push_back(draft.match != nullptr ? draft.match->place : draft.entry->place);
  }
  return built;
}

void warn_shadowed(const BuiltRules& built, bool is_glob_ordered, Findings& findings) {
  for (const auto& [rule, by] : find_shadowed(built.rules, is_glob_ordered)) {
    const auto& winner = built.rules[by];
    findings.warn(built.match_places[rule],
                  fmt::format("this mapping never matches: \"{}\" on line {} takes all of its "
                              "names first, move this one before it or remove it",
                              shown(winner.match), winner.line));
  }
}

}  // namespace

LoadedRules parse_rules(std::string_view text, const std::string& file) {
  const auto document = YamlDocument::parse(decode_source(text, file), file);
  Findings findings(file);
  FileDraft halves;
  read_map<FileDraft>(document.root(), "the file", kFileKeys, halves, findings);

  const YamlNode absent;
  const auto defaults =
      read_defaults(halves.defaults != nullptr ? *halves.defaults : absent, findings);
  const auto drafts = read_rules(halves.mappings != nullptr ? *halves.mappings : absent, findings);
  // A misspelt key is the cause of what its rule then lacks, so it is told before.
  findings.throw_first_fault();
  const auto inherited = build_defaults(defaults, findings);
  auto built = build_rules(drafts, inherited, findings);
  findings.throw_first_fault();

  const bool is_glob_ordered = !defaults.glob_disable_ordering;
  warn_shadowed(built, is_glob_ordered, findings);
  auto rules =
      std::make_shared<const RuleSet>(std::move(built.rules), inherited.defaults, is_glob_ordered);
  return {std::move(rules), findings.warnings()};
}

LoadedRules load_rules(const std::string& path) {
  if (!is_builtin(path)) return parse_rules(read_source(path), path);
  return parse_rules(builtin_mapping(path.substr(kBuiltinPrefix.size())).text, path);
}

}  // namespace weir::mapping
