// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/loader.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <fmt/core.h>

#include "rulefile/lint.h"
#include "rulefile/rule_builder.h"
#include "rulefile/rule_draft.h"
#include "rulefile/wrong_file.h"
#include "weir/rulefile/builtin.h"
#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/fields.h"
#include "weir/rulefile/key_table.h"
#include "weir/rulefile/source_text.h"
#include "weir/rulefile/yaml_document.h"
#include "weir/sample/sample.h"

namespace weir::rulefile {

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
     [](const YamlNode& value, FileDraft& draft, Diagnostics&) { draft.defaults = &value; }},
    {"mappings",
     [](const YamlNode& value, FileDraft& draft, Diagnostics&) { draft.mappings = &value; }},
}};

std::vector<RuleDraft> read_rules(const YamlNode& mappings, Diagnostics& diagnostics) {
  std::vector<RuleDraft> drafts;
  if (!is_list(mappings, "mappings", diagnostics)) return drafts;
  if (mappings.entries.size() > kRulesMax) {
    diagnostics.error(mappings.entries[kRulesMax].value->position,
                      fmt::format("more than {} mappings", kRulesMax), "remove some");
    return drafts;
  }
  drafts.reserve(mappings.entries.size());
  for (const auto& item : mappings.entries) drafts.push_back(read_rule(*item.value, diagnostics));
  return drafts;
}

// Leaves out the rules that could not be read whole: what is wrong with them has been reported.
std::vector<mapping::Rule> build_rules(const std::vector<RuleDraft>& drafts,
                                       const Inherited& inherited, Diagnostics& diagnostics) {
  std::vector<mapping::Rule> rules;
  rules.reserve(drafts.size());
  for (const auto& draft : drafts) {
    if (!draft.is_sound) continue;
    rules.push_back(
        build_rule(draft, inherited, static_cast<std::uint32_t>(rules.size()), diagnostics));
  }
  return rules;
}

bool has_rule_for_sets(const std::vector<mapping::Rule>& rules) {
  const auto is_for_sets = [](const mapping::Rule& rule) {
    return rule.kind == sample::EventKind::Set;
  };
  return std::ranges::any_of(rules, is_for_sets);
}

FileDraft read_halves(const YamlNode& root, Diagnostics& diagnostics) {
  FileDraft halves;
  if (fault_wrong_document(root, diagnostics)) diagnostics.throw_errors();
  const auto unknown_before = diagnostics.unknown_key_count();
  read_map<FileDraft>(root, "the file", kFileKeys, halves, diagnostics);
  halves.is_complete = diagnostics.unknown_key_count() == unknown_before;
  return halves;
}

}  // namespace

LoadedRules parse_rules(std::string_view text, const std::string& file,
                        const LoadOptions& options) {
  Diagnostics diagnostics(file, options.limits);
  const auto source = decode_source(text, file);
  if (fault_text_form(source, diagnostics)) diagnostics.throw_errors();
  const auto document = YamlDocument::parse(source, diagnostics);
  const auto halves = read_halves(document.root(), diagnostics);

  const YamlNode absent;
  auto defaults =
      read_defaults(halves.defaults != nullptr ? *halves.defaults : absent, diagnostics);
  if (!halves.is_complete && halves.defaults == nullptr) defaults.is_match_type_known = false;
  const auto drafts =
      read_rules(halves.mappings != nullptr ? *halves.mappings : absent, diagnostics);
  const auto inherited = build_defaults(defaults, options.names, diagnostics);
  auto rules = build_rules(drafts, inherited, diagnostics);
  diagnostics.throw_errors();

  const bool is_glob_ordered = !defaults.glob_disable_ordering;
  lint({source, drafts, rules, {is_glob_ordered, options.reads_sets || has_rule_for_sets(rules)}},
       diagnostics);
  return {std::make_shared<const mapping::RuleSet>(std::move(rules), inherited.defaults,
                                                   is_glob_ordered),
          diagnostics.warnings(), source.find_first_not_of(" \t\r\n") == std::string::npos};
}

LoadedRules load_rules(const std::string& path, const LoadOptions& options) {
  if (!is_builtin(path)) return parse_rules(read_source(path), path, options);
  return parse_rules(builtin_text(path.substr(kBuiltinPrefix.size())), path, options);
}

}  // namespace weir::rulefile
