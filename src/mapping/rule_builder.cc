// SPDX-License-Identifier: Apache-2.0
#include "mapping/rule_builder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "mapping/default_options.h"
#include "mapping/fields.h"
#include "mapping/glob_grammar.h"
#include "mapping/glob_trie.h"
#include "mapping/label_check.h"
#include "mapping/name_grammar.h"
#include "mapping/own_keys.h"
#include "mapping/regex_matcher.h"

namespace weir::mapping {

namespace {

// More labels on one rule are refused.
constexpr std::size_t kLabelsMax = 1'000;

// Compiles the templates of one rule: how they read depends on its pattern.
class TemplateCompiler {
 public:
  static TemplateCompiler for_glob(std::string_view glob) {
    TemplateCompiler compiler;
    compiler.captures_ = count_captures(glob);
    return compiler;
  }
  static TemplateCompiler for_regex(std::vector<std::string> group_names) {
    TemplateCompiler compiler;
    compiler.match_type_ = MatchType::Regex;
    compiler.group_names_ = std::move(group_names);
    return compiler;
  }
  [[nodiscard]] NameTemplate compile(std::string_view source) const {
    return match_type_ == MatchType::Glob ? NameTemplate::for_glob(source, captures_)
                                          : NameTemplate::for_regex(source, group_names_);
  }

 private:
  MatchType match_type_ = MatchType::Glob;
  std::size_t captures_ = 0;
  std::vector<std::string> group_names_;
};

Place place_of(const YamlNode* node, const RuleDraft& draft) {
  return node != nullptr ? node->place : draft.entry->place;
}

TemplateCompiler check_glob(const std::string& glob, Place place, Findings& findings) {
  const auto fault = glob_fault(glob);
  if (!fault.empty()) {
    findings.fault(place, fmt::format("invalid match: {}, {}", shown(glob), fault));
  }
  return TemplateCompiler::for_glob(glob);
}

TemplateCompiler check_regex(const std::string& pattern, Place place, Findings& findings) {
  const Regex regex(pattern);
  if (regex.error().empty()) return TemplateCompiler::for_regex(regex.group_names());
  findings.fault(place, fmt::format("invalid regex {} in mapping: {}, write it in RE2 syntax",
                                    shown(pattern), shown(regex.error())));
  return TemplateCompiler::for_regex({});
}

void check_name(const RuleDraft& draft, Findings& findings) {
  const auto place = place_of(draft.name, draft);
  if (draft.name == nullptr || draft.name->text.empty()) {
    findings.fault(place, "metric mapping didn't set a metric name, give it a `name`");
  } else if (!is_metric_name(draft.name->text)) {
    findings.fault(place,
                   fmt::format(R"(metric name '{}' doesn't match regex )"
                               R"('^([a-zA-Z_]|(\$\{{?\d+\}}?))([a-zA-Z0-9_]|(\$\{{?\d+\}}?))*$', )"
                               "use letters, digits, `_` and references such as ${{1}}",
                               shown(draft.name->text)));
  }
}

void build_labels(const YamlNode& labels, const TemplateCompiler& compiler, Rule& rule,
                  Findings& findings) {
  if (labels.entries.size() > kLabelsMax) {
    findings.fault(labels.entries[kLabelsMax].key->place,
                   fmt::format("more than {} labels, remove some", kLabelsMax));
    return;
  }
  for (const auto& [key, value] : labels.entries) {
    check_label_name(key->text, key->place, rule, findings);
    const auto text = read_text(*value, findings).value_or("");
    rule.labels.push_back({key->text, compiler.compile(text)});
  }
  std::ranges::sort(rule.labels, {}, &LabelRule::name);
}

void check_options(const RuleDraft& draft, ObserverType observer_type, Findings& findings) {
  if (observer_type == ObserverType::Histogram && draft.summary_options != nullptr) {
    findings.fault(draft.summary_options->place,
                   "cannot use histogram observer and summary options at the same time, remove "
                   "one of the two");
  }
  if (observer_type == ObserverType::Summary && draft.histogram_options != nullptr) {
    findings.fault(draft.histogram_options->place,
                   "cannot use summary observer and histogram options at the same time, remove "
                   "one of the two");
  }
}

// A negative default reaches only metrics without a rule, as in the reference; an explicit 0 stays
// (Q27).
std::chrono::nanoseconds effective_ttl(const RuleDraft& draft, const Defaults& defaults) {
  return draft.ttl.value_or(std::max(defaults.ttl, std::chrono::nanoseconds(0)));
}

}  // namespace

Inherited build_defaults(const DefaultsDraft& draft, Findings& findings) {
  Inherited inherited;
  auto& defaults = inherited.defaults;
  defaults = default_options();
  defaults.observer_type = draft.observer_type.value_or(ObserverType::Unset);
  defaults.ttl = draft.ttl.value_or(defaults.ttl);
  const auto place = draft.summary_options != nullptr ? draft.summary_options->place : Place();
  defaults.summary = inherit(draft.summary, std::move(defaults.summary), place, findings);
  defaults.histogram = inherit(draft.histogram, std::move(defaults.histogram));
  build_own_keys(draft.own, defaults, findings);
  inherited.match_type = draft.match_type.value_or(MatchType::Glob);
  return inherited;
}

Rule build_rule(const RuleDraft& draft, const Inherited& inherited, std::uint32_t index,
                Findings& findings) {
  const auto& defaults = inherited.defaults;
  Rule rule;
  rule.index = index;
  rule.line = draft.entry->place.line;
  rule.match = draft.match != nullptr ? draft.match->text : "";
  rule.match_type = draft.match_type.value_or(inherited.match_type);
  rule.kind = draft.kind;
  rule.match_tags = draft.match_tags;
  rule.action = draft.action;
  rule.honor_labels = draft.honor_labels;
  rule.observer_type = draft.observer_type.value_or(defaults.observer_type);
  rule.help = draft.help;
  rule.ttl = effective_ttl(draft, defaults);
  rule.scale = draft.scale;
  build_own_keys(draft.own, defaults, rule, findings);

  // The name first: of two faults in one place the first is told, and an empty entry lacks both.
  check_name(draft, findings);
  const auto check_match = rule.match_type == MatchType::Glob ? check_glob : check_regex;
  const auto compiler = check_match(rule.match, place_of(draft.match, draft), findings);
  if (draft.name != nullptr) rule.name = compiler.compile(draft.name->text);
  if (draft.labels != nullptr) build_labels(*draft.labels, compiler, rule, findings);
  check_options(draft, rule.observer_type, findings);
  rule.summary =
      inherit(draft.summary, defaults.summary, place_of(draft.summary_options, draft), findings);
  rule.histogram = inherit(draft.histogram, defaults.histogram);
  return rule;
}

}  // namespace weir::mapping
