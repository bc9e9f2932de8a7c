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

// No glob holds any of these, and hardly any name does.
bool looks_like_regex(std::string_view pattern) {
  return pattern.find_first_of("\\^$([") != std::string_view::npos;
}

TemplateCompiler check_glob(const std::string& glob, Place place, Findings& findings) {
  const auto fault = glob_fault(glob);
  if (!fault.empty()) {
    findings.fault(place, fmt::format("invalid match: {}", shown(glob)),
                   looks_like_regex(glob)
                       ? "this looks like a regex, give the mapping `match_type: regex`"
                       : fault);
  }
  return TemplateCompiler::for_glob(glob);
}

TemplateCompiler check_regex(const std::string& pattern, Place place, Findings& findings) {
  const Regex regex(pattern);
  if (regex.error().empty()) return TemplateCompiler::for_regex(regex.group_names());
  findings.fault(
      place, fmt::format("invalid regex {} in mapping: {}", shown(pattern), shown(regex.error())),
      "write it in RE2 syntax");
  return TemplateCompiler::for_regex({});
}

// One mistake, where a name and a pattern would be two.
bool lacks_all(const RuleDraft& draft) { return draft.match == nullptr && draft.name == nullptr; }

TemplateCompiler check_match(const Rule& rule, Place place, Findings& findings) {
  return rule.match_type == MatchType::Glob ? check_glob(rule.match, place, findings)
                                            : check_regex(rule.match, place, findings);
}

void check_name(const RuleDraft& draft, Findings& findings) {
  const auto place = place_of(draft.name, draft);
  if (draft.name == nullptr || draft.name->text.empty()) {
    findings.fault(place, "metric mapping didn't set a metric name",
                   lacks_all(draft) ? "give it a `match` and a `name`" : "give it a `name`");
  } else if (!is_metric_name(draft.name->text)) {
    findings.fault(place,
                   fmt::format(R"(metric name '{}' doesn't match regex )"
                               R"('^([a-zA-Z_]|(\$\{{?\d+\}}?))([a-zA-Z0-9_]|(\$\{{?\d+\}}?))*$')",
                               shown(draft.name->text)),
                   "use letters, digits, `_` and references such as ${1}");
  }
}

void build_labels(const YamlNode& labels, const TemplateCompiler& compiler, Rule& rule,
                  Findings& findings) {
  if (labels.entries.size() > kLabelsMax) {
    findings.fault(labels.entries[kLabelsMax].key->place,
                   fmt::format("more than {} labels", kLabelsMax), "remove some");
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
                   "cannot use histogram observer and summary options at the same time",
                   "remove one of the two");
  }
  if (observer_type == ObserverType::Summary && draft.histogram_options != nullptr) {
    findings.fault(draft.histogram_options->place,
                   "cannot use summary observer and histogram options at the same time",
                   "remove one of the two");
  }
}

}  // namespace

Inherited build_defaults(const DefaultsDraft& draft, Findings& findings) {
  Inherited inherited;
  auto& defaults = inherited.defaults;
  defaults = default_options();
  defaults.observer_type = draft.observer_type.value_or(ObserverType::Unset);
  defaults.ttl = draft.ttl.value_or(defaults.ttl);
  const auto place = draft.summary_options != nullptr ? draft.summary_options->place : Place();
  const auto faults_before = findings.fault_count();
  auto summary = inherit(draft.summary, defaults.summary, place, findings);
  // Else every rule would inherit the fault.
  if (findings.fault_count() == faults_before) defaults.summary = std::move(summary);
  defaults.histogram = inherit(draft.histogram, std::move(defaults.histogram));
  build_own_keys(draft.own, defaults, findings);
  inherited.match_type = draft.match_type;
  if (!inherited.match_type && draft.is_match_type_known) inherited.match_type = MatchType::Glob;
  return inherited;
}

Rule build_rule(const RuleDraft& draft, const Inherited& inherited, std::uint32_t index,
                Findings& findings) {
  const auto& defaults = inherited.defaults;
  Rule rule;
  rule.index = index;
  rule.line = draft.entry->place.line;
  rule.match = draft.match != nullptr ? draft.match->text : "";
  const auto match_type = draft.match_type ? draft.match_type : inherited.match_type;
  rule.match_type = match_type.value_or(MatchType::Glob);
  rule.kind = draft.kind;
  rule.match_tags = draft.match_tags;
  rule.action = draft.action;
  rule.honor_labels = draft.honor_labels;
  rule.observer_type = draft.observer_type.value_or(defaults.observer_type);
  rule.is_observer_type_own = draft.observer_type.has_value();
  rule.help = draft.help;
  // An explicit 0 stays (Q27).
  rule.ttl = draft.ttl.value_or(defaults.ttl);
  rule.scale = draft.scale;
  build_own_keys(draft.own, defaults, rule, findings);

  check_name(draft, findings);
  if (lacks_all(draft)) return rule;
  const auto compiler = match_type ? check_match(rule, place_of(draft.match, draft), findings)
                                   : TemplateCompiler::for_glob(rule.match);
  if (draft.name != nullptr) rule.name = compiler.compile(draft.name->text);
  if (draft.labels != nullptr) build_labels(*draft.labels, compiler, rule, findings);
  check_options(draft, rule.observer_type, findings);
  rule.summary =
      inherit(draft.summary, defaults.summary, place_of(draft.summary_options, draft), findings);
  rule.histogram = inherit(draft.histogram, defaults.histogram);
  return rule;
}

}  // namespace weir::mapping
