// SPDX-License-Identifier: Apache-2.0
#include "rulefile/same_name.h"

#include <string_view>
#include <unordered_map>

#include <fmt/core.h>

namespace weir::rulefile {

namespace {

using sample::EventKind;

// Whether the rule says in its own words that it makes observers.
bool says_observer(const mapping::Rule& rule) {
  return rule.kind.value_or(EventKind::Observer) == EventKind::Observer &&
         (rule.kind || rule.is_observer_type_own);
}

// A summary beside it has a name of its own.
bool has_histogram(const mapping::Rule& rule) {
  return rule.observer_type == mapping::ObserverType::Histogram ||
         rule.observer_type == mapping::ObserverType::Both;
}

// "" when that depends on what is sent.
std::string_view type_of(const mapping::Rule& rule) {
  if (says_observer(rule)) {
    return has_histogram(rule) ? "a histogram" : "a summary";
  }
  if (rule.kind == EventKind::Gauge) return "a gauge";
  if (rule.kind == EventKind::Counter) return rule.is_up_down ? "a gauge" : "a counter";
  return {};
}

// The first rules of one name that say each of these.
struct Said {
  const mapping::Rule* help = nullptr;
  const mapping::Rule* type = nullptr;
  const mapping::Rule* buckets = nullptr;
  const mapping::Rule* quantiles = nullptr;
  std::string_view type_text;
};

// Holds the rules of one file against each other, in their order.
class Comparison {
 public:
  explicit Comparison(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void take(const RuleDraft& draft, const mapping::Rule& rule) {
    auto& said = by_name_[rule.name.source()];
    if (!rule.help.empty() && first_of(said.help, rule).help != rule.help) {
      warn(draft, rule, *said.help, "another help");
    }
    if (!take_type(draft, rule, said) || !says_observer(rule)) return;
    if (!has_histogram(rule)) {
      const auto& first = first_of(said.quantiles, rule);
      if (first.summary.quantiles != rule.summary.quantiles) {
        warn(draft, rule, first, "other quantiles");
      }
    } else if (first_of(said.buckets, rule).histogram.buckets != rule.histogram.buckets) {
      warn(draft, rule, *said.buckets, "other buckets");
    }
  }

 private:
  // The rule itself when none said it before.
  static const mapping::Rule& first_of(const mapping::Rule*& first, const mapping::Rule& rule) {
    if (first == nullptr) first = &rule;
    return *first;
  }

  // False when the types differ, and there is nothing more to compare.
  bool take_type(const RuleDraft& draft, const mapping::Rule& rule, Said& said) {
    const auto type = type_of(rule);
    if (type.empty()) return true;
    if (said.type == nullptr) said.type_text = type;
    const auto& first = first_of(said.type, rule);
    if (said.type_text == type) return true;
    const bool is_resolved = first.on_conflict == mapping::OnConflict::Suffix &&
                             rule.on_conflict == mapping::OnConflict::Suffix;
    if (is_resolved) return false;
    diagnostics_.warn(
        DiagnosticKind::OtherDefinition, draft.name->position,
        fmt::format("\"{}\" is {} here and {} in the mapping on line {}, and cannot be "
                    "both",
                    rule.name.source(), type, said.type_text, first.line),
        "give one of them another name");
    return false;
  }

  void warn(const RuleDraft& draft, const mapping::Rule& rule, const mapping::Rule& first,
            std::string_view what) {
    diagnostics_.warn(DiagnosticKind::OtherDefinition, draft.name->position,
                      fmt::format("\"{}\" has {} in the mapping on line {}, and what arrives first "
                                  "decides",
                                  rule.name.source(), what, first.line),
                      "give both the same, or one of them another name");
  }

  Diagnostics& diagnostics_;
  std::unordered_map<std::string_view, Said> by_name_;
};

}  // namespace

void warn_other_definitions(std::span<const RuleDraft> drafts, std::span<const mapping::Rule> rules,
                            Diagnostics& diagnostics) {
  Comparison comparison(diagnostics);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const bool has_references = rules[i].name.source().find('$') != std::string::npos;
    if (rules[i].action == mapping::Action::Map && !has_references)
      comparison.take(drafts[i], rules[i]);
  }
}

}  // namespace weir::rulefile
