// SPDX-License-Identifier: Apache-2.0
#include "rulefile/same_name.h"

#include <string>
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
  if (rule.kind == EventKind::Set) return "the gauge of a set";
  if (rule.kind == EventKind::Counter) return rule.is_up_down ? "a gauge" : "a counter";
  return {};
}

// The first rules of one name that say each of these.
struct Said {
  const mapping::Rule* name = nullptr;
  const mapping::Rule* help = nullptr;
  const mapping::Rule* type = nullptr;
  const mapping::Rule* buckets = nullptr;
  const mapping::Rule* quantiles = nullptr;
  const mapping::Rule* publish = nullptr;
  std::string_view type_text;
};

// Whether the rule surely makes gauges beside its metric: it says so, or what it makes is observed.
bool makes_gauges(const RuleDraft& draft, const mapping::Rule& rule) {
  const bool may_observe = rule.kind.value_or(EventKind::Observer) == EventKind::Observer;
  return may_observe && (says_observer(rule) || draft.extensions.publish != nullptr);
}

// Whether either gets another name where these meet.
bool are_resolved(const mapping::Rule& one, const mapping::Rule& other) {
  return one.on_conflict == mapping::OnConflict::Suffix &&
         other.on_conflict == mapping::OnConflict::Suffix;
}

// Holds the rules of one file against each other, in their order.
class Comparison {
 public:
  explicit Comparison(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void take(const RuleDraft& draft, const mapping::Rule& rule) {
    auto& said = by_name_[rule.name.source()];
    first_of(said.name, rule);
    if (!rule.help.empty() && first_of(said.help, rule).help != rule.help) {
      warn(DiagnosticKind::OtherHelp, draft, rule, *said.help, "another help");
    }
    if (!take_type(draft, rule, said) || !says_observer(rule)) return;
    if (!has_histogram(rule)) {
      const auto& first = first_of(said.quantiles, rule);
      if (first.summary.quantiles != rule.summary.quantiles) {
        warn(DiagnosticKind::OtherOptions, draft, rule, first, "other quantiles");
      }
    } else if (first_of(said.buckets, rule).histogram.buckets != rule.histogram.buckets) {
      warn(DiagnosticKind::OtherOptions, draft, rule, *said.buckets, "other buckets");
    }
    if (first_of(said.publish, rule).publish != rule.publish) {
      warn(DiagnosticKind::OtherOptions, draft, rule, *said.publish, "another publish");
    }
  }

  // After all rules were taken.
  void check_gauges(const RuleDraft& draft, const mapping::Rule& rule) {
    if (!makes_gauges(draft, rule)) return;
    for (const auto statistic : rule.publish) {
      const std::string name = rule.name.source() + std::string(mapping::suffix_of(statistic));
      const auto other = by_name_.find(name);
      if (other == by_name_.end() || are_resolved(rule, *other->second.name)) continue;
      const YamlNode* const publish = draft.extensions.publish;
      diagnostics_.warn(
          DiagnosticKind::PublishedTwice,
          publish != nullptr ? publish->position : draft.name->position,
          fmt::format("publish makes \"{}\", which the mapping on line {} makes too, and what "
                      "arrives first has the name",
                      name, other->second.name->line),
          "give one of them another name");
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
    if (are_resolved(first, rule)) return false;
    diagnostics_.warn(
        DiagnosticKind::OtherType, draft.name->position,
        fmt::format("\"{}\" is {} here and {} in the mapping on line {}, and cannot be "
                    "both",
                    rule.name.source(), type, said.type_text, first.line),
        "give one of them another name");
    return false;
  }

  void warn(DiagnosticKind kind, const RuleDraft& draft, const mapping::Rule& rule,
            const mapping::Rule& first, std::string_view what) {
    diagnostics_.warn(kind, draft.name->position,
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
  const auto is_compared = [](const mapping::Rule& rule) {
    return rule.action == mapping::Action::Map && rule.name.source().find('$') == std::string::npos;
  };
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (is_compared(rules[i])) comparison.take(drafts[i], rules[i]);
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (is_compared(rules[i])) comparison.check_gauges(drafts[i], rules[i]);
  }
}

}  // namespace weir::rulefile
