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
#include "mapping/lint.h"
#include "mapping/rule_builder.h"
#include "mapping/rule_draft.h"
#include "mapping/source_text.h"
#include "mapping/wrong_file.h"
#include "mapping/yaml_document.h"
#include "weir/mapping/builtin.h"

namespace weir::mapping {

namespace {

// More rules in one file are refused: each may carry a copy of the defaults.
constexpr std::size_t kRulesMax = 100'000;

// The two halves of a file; null when absent.
struct FileDraft {
  // False when one of them may be there under another key.
  bool is_complete = true;
  const YamlNode* defaults = nullptr;
  const YamlNode* mappings = nullptr;
};

constexpr std::array<Key<FileDraft>, 2> kFileKeys{{
    {"defaults",
     [](const YamlNode& value, FileDraft& draft, Findings&) { draft.defaults = &value; }},
    {"mappings",
     [](const YamlNode& value, FileDraft& draft, Findings&) { draft.mappings = &value; }},
}};

std::vector<RuleDraft> read_rules(const YamlNode& mappings, Findings& findings) {
  std::vector<RuleDraft> drafts;
  if (!is_list(mappings, "mappings", findings)) return drafts;
  if (mappings.entries.size() > kRulesMax) {
    findings.fault(mappings.entries[kRulesMax].value->place,
                   fmt::format("more than {} mappings", kRulesMax), "remove some");
    return drafts;
  }
  drafts.reserve(mappings.entries.size());
  for (const auto& item : mappings.entries) drafts.push_back(read_rule(*item.value, findings));
  return drafts;
}

// Leaves out the rules that could not be read whole: what is wrong with them has been told.
std::vector<Rule> build_rules(const std::vector<RuleDraft>& drafts, const Inherited& inherited,
                              Findings& findings) {
  std::vector<Rule> rules;
  for (const auto& draft : drafts) {
    if (!draft.is_sound) continue;
    rules.push_back(
        build_rule(draft, inherited, static_cast<std::uint32_t>(rules.size()), findings));
  }
  return rules;
}

FileDraft read_halves(const YamlNode& root, Findings& findings) {
  FileDraft halves;
  if (fault_wrong_document(root, findings)) findings.throw_faults();
  const auto unknown_before = findings.unknown_key_count();
  read_map<FileDraft>(root, "the file", kFileKeys, halves, findings);
  halves.is_complete = findings.unknown_key_count() == unknown_before;
  return halves;
}

}  // namespace

LoadedRules parse_rules(std::string_view text, const std::string& file) {
  Findings findings(file);
  const auto source = decode_source(text, file);
  if (fault_text_form(source, findings)) findings.throw_faults();
  const auto document = YamlDocument::parse(source, findings);
  const auto halves = read_halves(document.root(), findings);

  const YamlNode absent;
  auto defaults = read_defaults(halves.defaults != nullptr ? *halves.defaults : absent, findings);
  if (!halves.is_complete && halves.defaults == nullptr) defaults.is_match_type_known = false;
  const auto drafts = read_rules(halves.mappings != nullptr ? *halves.mappings : absent, findings);
  const auto inherited = build_defaults(defaults, findings);
  auto rules = build_rules(drafts, inherited, findings);
  findings.throw_faults();

  const bool is_glob_ordered = !defaults.glob_disable_ordering;
  lint({source, drafts, rules, is_glob_ordered}, findings);
  return {std::make_shared<const RuleSet>(std::move(rules), inherited.defaults, is_glob_ordered),
          findings.warnings(), source.find_first_not_of(" \t\r\n") == std::string::npos};
}

LoadedRules load_rules(const std::string& path) {
  if (!is_builtin(path)) return parse_rules(read_source(path), path);
  return parse_rules(builtin_mapping(path.substr(kBuiltinPrefix.size())).text, path);
}

}  // namespace weir::mapping
