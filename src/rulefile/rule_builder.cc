// SPDX-License-Identifier: Apache-2.0
#include "rulefile/rule_builder.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "rulefile/extension_keys.h"
#include "rulefile/label_check.h"
#include "weir/mapping/default_options.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/name_grammar.h"
#include "weir/mapping/regex.h"
#include "weir/rulefile/fields.h"

namespace weir::rulefile {

namespace {

// More labels on one rule are refused.
constexpr std::size_t kLabelsMax = 1'000;

// Compiles the templates of one rule: how they read depends on its pattern.
class TemplateCompiler {
 public:
  static TemplateCompiler for_glob(std::string_view glob) {
    TemplateCompiler compiler;
    compiler.captures_ = mapping::count_captures(glob);
    return compiler;
  }
  static TemplateCompiler for_regex(std::vector<std::string> group_names) {
    TemplateCompiler compiler;
    compiler.match_type_ = mapping::MatchType::Regex;
    compiler.group_names_ = std::move(group_names);
    return compiler;
  }
  [[nodiscard]] mapping::NameTemplate compile(std::string_view source) const {
    return match_type_ == mapping::MatchType::Glob
               ? mapping::NameTemplate::for_glob(source, captures_)
               : mapping::NameTemplate::for_regex(source, group_names_);
  }

 private:
  mapping::MatchType match_type_ = mapping::MatchType::Glob;
  std::size_t captures_ = 0;
  std::vector<std::string> group_names_;
};

Position position_of(const YamlNode* node, const RuleDraft& draft) {
  return node != nullptr ? node->position : draft.entry->position;
}

// No glob holds any of these, and hardly any name does.
bool looks_like_regex(std::string_view pattern) {
  return pattern.find_first_of("\\^$([") != std::string_view::npos;
}

TemplateCompiler check_glob(const std::string& glob, Position position, Diagnostics& diagnostics) {
  const auto fault = mapping::glob_fault(glob);
  if (!fault.empty()) {
    diagnostics.error(
        DiagnosticKind::InvalidPattern, position, fmt::format("invalid match: {}", printable(glob)),
        looks_like_regex(glob) ? "this looks like a regex, give the mapping `match_type: regex`"
                               : fault);
  }
  return TemplateCompiler::for_glob(glob);
}

TemplateCompiler check_regex(const std::string& pattern, Position position,
                             Diagnostics& diagnostics) {
  const mapping::Regex regex(pattern);
  if (regex.error().empty()) return TemplateCompiler::for_regex(regex.group_names());
  diagnostics.error(
      DiagnosticKind::InvalidPattern, position,
      fmt::format("invalid regex {} in mapping: {}", printable(pattern), printable(regex.error())),
      "write it in RE2 syntax");
  return TemplateCompiler::for_regex({});
}

// One mistake, where a name and a pattern would be two.
bool lacks_all(const RuleDraft& draft) { return draft.match == nullptr && draft.name == nullptr; }

TemplateCompiler check_match(const mapping::Rule& rule, Position position,
                             Diagnostics& diagnostics) {
  return rule.match_type == mapping::MatchType::Glob
             ? check_glob(rule.match, position, diagnostics)
             : check_regex(rule.match, position, diagnostics);
}

void fault_name(std::string_view name, Position position, base::NameValidation names,
                Diagnostics& diagnostics) {
  if (names == base::NameValidation::Utf8) {
    diagnostics.error(
        DiagnosticKind::InvalidName, position,
        fmt::format("invalid metric name: {}", printable(name)),
        "leave control characters out, and write `$` before a number only, as in ${1}");
    return;
  }
  const bool is_utf8_name = mapping::is_metric_name(name, base::NameValidation::Utf8);
  diagnostics.error(DiagnosticKind::InvalidName, position,
                    fmt::format(R"(metric name '{}' doesn't match regex )"
                                R"('^([a-zA-Z_]|(\$\{{?\d+\}}?))([a-zA-Z0-9_]|(\$\{{?\d+\}}?))*$')",
                                printable(name)),
                    fmt::format("use letters, digits, `_` and references such as ${{1}}{}",
                                is_utf8_name ? kUtf8NamesHint : ""));
}

void check_name(const RuleDraft& draft, base::NameValidation names, Diagnostics& diagnostics) {
  const auto position = position_of(draft.name, draft);
  if (draft.name == nullptr || draft.name->text.empty()) {
    diagnostics.error(DiagnosticKind::InvalidName, position,
                      "metric mapping didn't set a metric name",
                      lacks_all(draft) ? "give it a `match` and a `name`" : "give it a `name`");
  } else if (!mapping::is_metric_name(draft.name->text, names)) {
    fault_name(draft.name->text, position, names, diagnostics);
  }
}

void build_labels(const YamlNode& labels, const TemplateCompiler& compiler,
                  base::NameValidation names, mapping::Rule& rule, Diagnostics& diagnostics) {
  if (labels.entries.size() > kLabelsMax) {
    diagnostics.error(labels.entries[kLabelsMax].key->position,
                      fmt::format("more than {} labels", kLabelsMax), "remove some");
    return;
  }
  for (const auto& [key, value] : labels.entries) {
    check_label_name(key->text, key->position, names, rule, diagnostics);
    const auto text = read_text(*value, diagnostics).value_or("");
    rule.labels.push_back({key->text, compiler.compile(text)});
  }
  std::ranges::sort(rule.labels, {}, &mapping::LabelRule::name);
}

// A histogram has a window of a summary's ages where gauges beside it read one.
void check_summary_options(const RuleDraft& draft, const mapping::Rule& rule,
                           Diagnostics& diagnostics) {
  if (rule.publish.empty()) {
    diagnostics.error(draft.summary_options->position,
                      "cannot use histogram observer and summary options at the same time",
                      "remove one of the two");
  } else if (draft.summary.quantiles || draft.summary.buf_cap) {
    diagnostics.error(draft.summary_options->position,
                      "a histogram with publish takes no more of summary_options than max_age and "
                      "age_buckets",
                      "remove the others, or set observer_type to both");
  }
}

void check_options(const RuleDraft& draft, const mapping::Rule& rule, Diagnostics& diagnostics) {
  const auto observer_type = rule.observer_type;
  if (observer_type == mapping::ObserverType::Histogram && draft.summary_options != nullptr) {
    check_summary_options(draft, rule, diagnostics);
  }
  if (observer_type == mapping::ObserverType::Summary && draft.histogram_options != nullptr) {
    diagnostics.error(draft.histogram_options->position,
                      "cannot use summary observer and histogram options at the same time",
                      "remove one of the two");
  }
}

}  // namespace

Inherited build_defaults(const DefaultsDraft& draft, base::NameValidation names,
                         Diagnostics& diagnostics) {
  Inherited inherited;
  inherited.names = names;
  auto& defaults = inherited.defaults;
  defaults = mapping::default_options();
  defaults.observer_type = draft.observer_type.value_or(mapping::ObserverType::Unset);
  defaults.ttl = draft.ttl.value_or(defaults.ttl);
  const auto position =
      draft.summary_options != nullptr ? draft.summary_options->position : Position();
  const auto faults_before = diagnostics.error_count();
  auto summary = inherit(draft.summary, defaults.summary, position, diagnostics);
  // Else every rule would inherit the fault.
  if (diagnostics.error_count() == faults_before) defaults.summary = std::move(summary);
  defaults.histogram = inherit(draft.histogram, std::move(defaults.histogram));
  build_extension_keys(draft.extensions, names, defaults, diagnostics);
  inherited.match_type = draft.match_type;
  if (!inherited.match_type && draft.is_match_type_known)
    inherited.match_type = mapping::MatchType::Glob;
  return inherited;
}

mapping::Rule build_rule(const RuleDraft& draft, const Inherited& inherited, std::uint32_t index,
                         Diagnostics& diagnostics) {
  const auto& defaults = inherited.defaults;
  mapping::Rule rule;
  rule.index = index;
  rule.line = draft.entry->position.line;
  rule.match = draft.match != nullptr ? draft.match->text : "";
  const auto match_type = draft.match_type ? draft.match_type : inherited.match_type;
  rule.match_type = match_type.value_or(mapping::MatchType::Glob);
  rule.kind = draft.kind;
  rule.match_tags = draft.match_tags;
  rule.action = draft.action;
  rule.honor_labels = draft.honor_labels;
  rule.observer_type = draft.observer_type.value_or(defaults.observer_type);
  rule.is_observer_type_own = draft.observer_type.has_value();
  rule.help = draft.help;
  // An explicit 0 stays (difference Q27).
  rule.ttl = draft.ttl.value_or(defaults.ttl);
  rule.scale = draft.scale;
  build_extension_keys(draft.extensions, defaults, inherited.names, rule, diagnostics);

  check_name(draft, inherited.names, diagnostics);
  if (lacks_all(draft)) return rule;
  const auto compiler = match_type ? check_match(rule, position_of(draft.match, draft), diagnostics)
                                   : TemplateCompiler::for_glob(rule.match);
  if (draft.name != nullptr) rule.name = compiler.compile(draft.name->text);
  if (draft.labels != nullptr)
    build_labels(*draft.labels, compiler, inherited.names, rule, diagnostics);
  check_options(draft, rule, diagnostics);
  rule.summary = inherit(draft.summary, defaults.summary, position_of(draft.summary_options, draft),
                         diagnostics);
  rule.histogram = inherit(draft.histogram, defaults.histogram);
  return rule;
}

}  // namespace weir::rulefile
