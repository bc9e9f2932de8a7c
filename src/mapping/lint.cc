// SPDX-License-Identifier: Apache-2.0
#include "mapping/lint.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "mapping/glob_grammar.h"
#include "mapping/reachability.h"
#include "mapping/regex_literals.h"
#include "mapping/same_name.h"
#include "mapping/second_document.h"

namespace weir::mapping {

namespace {

void warn_shadowed(const LintedFile& file, Findings& findings) {
  for (const auto& [rule, by] : find_shadowed(file.rules, file.is_glob_ordered)) {
    const auto message =
        fmt::format("this mapping never matches: \"{}\" on line {} takes all of its names first",
                    shown(file.rules[by].match), place_of_match(file.drafts[by]).line);
    findings.warn(DiagnosticKind::NeverMatches, place_of_match(file.drafts[rule]), message,
                  "move this one before it or remove it");
  }
}

void warn_regexes_behind_globs(const LintedFile& file, Findings& findings) {
  for (const auto& [rule, by] : find_regexes_behind_globs(file.rules)) {
    const auto message = fmt::format(
        "this mapping never matches: the glob \"{}\" on line {} takes all of its names, as globs "
        "go before regexes",
        shown(file.rules[by].match), place_of_match(file.drafts[by]).line);
    findings.warn(DiagnosticKind::NeverMatches, place_of_match(file.drafts[rule]), message,
                  "make that one a regex too and put it after this one, or remove this one");
  }
}

bool every_match_holds(char c, const std::vector<LiteralChoice>& choices) {
  const auto has_it = [c](const std::string& text) { return text.find(c) != std::string::npos; };
  return std::ranges::any_of(
      choices, [&](const LiteralChoice& choice) { return std::ranges::all_of(choice, has_it); });
}

void warn_impossible_regex(const RuleDraft& draft, const Rule& rule, Findings& findings) {
  const auto place = place_of_match(draft);
  const auto choices = required_literals(rule.match);
  if (every_match_holds(':', choices)) {
    findings.warn(DiagnosticKind::NeverMatches, place,
                  "this mapping never matches: its regex needs a `:`, which no name holds unless "
                  "--statsd.parse-colons-in-names is given",
                  "match what is before it, or remove the mapping");
  } else if (every_match_holds('|', choices)) {
    findings.warn(DiagnosticKind::NeverMatches, place,
                  "this regex needs a `|` in the name, which no client writes",
                  "write it without a backslash for one of several");
  }
}

// A regex that holds one was written in double quotes, which take `\\b` for a backspace.
void warn_control_character(const RuleDraft& draft, const Rule& rule, Findings& findings) {
  const auto control =
      std::ranges::find_if(rule.match, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (control == rule.match.end()) return;
  findings.warn(DiagnosticKind::ControlCharacter, place_of_match(draft),
                fmt::format("this regex holds the control character U+{:04X}, which double quotes "
                            "made of an escape",
                            static_cast<unsigned>(*control)),
                "write it in single quotes, which leave backslashes alone");
}

std::string why_empty(const Rule& rule) {
  if (rule.match_type == MatchType::Regex) return "the regex has no such group";
  const auto captures = count_captures(rule.match);
  if (captures == 0) return "the glob has no `*`";
  return fmt::format("the glob has {} capture{}", captures, captures == 1 ? "" : "s");
}

// `$1_x` is one reference, to something of the name `1_x`.
std::string hint_of(std::string_view reference) {
  const auto digits_end = reference.find_first_not_of("0123456789", 1);
  if (digits_end == std::string_view::npos || digits_end == 1) {
    return "refer to one that it has, or remove the reference";
  }
  return fmt::format("write `${{{}}}{}`", reference.substr(1, digits_end - 1),
                     shown(reference.substr(digits_end)));
}

void warn_empty_references(const NameTemplate& text, Place place, const Rule& rule,
                           Findings& findings) {
  for (const auto reference : text.empty_references()) {
    findings.warn(DiagnosticKind::EmptyReference, place,
                  fmt::format("`{}` is always empty: {}", shown(reference), why_empty(rule)),
                  hint_of(reference));
  }
}

void warn_of_rule(const RuleDraft& draft, const Rule& rule, Findings& findings) {
  if (rule.match_type == MatchType::Regex) {
    warn_impossible_regex(draft, rule, findings);
    warn_control_character(draft, rule, findings);
  }
  if (rule.action == Action::Drop) return;
  warn_empty_references(rule.name, draft.name->place, rule, findings);
  for (const auto& label : rule.labels) {
    const auto entry = std::ranges::find_if(draft.labels->entries, [&](const Entry& candidate) {
      return candidate.key->text == label.name;
    });
    warn_empty_references(label.value, entry->value->place, rule, findings);
  }
}

}  // namespace

Place place_of_match(const RuleDraft& draft) {
  return draft.match != nullptr ? draft.match->place : draft.entry->place;
}

void lint(const LintedFile& file, Findings& findings) {
  warn_second_document(file.text, findings);
  for (std::size_t i = 0; i < file.rules.size(); ++i) {
    warn_of_rule(file.drafts[i], file.rules[i], findings);
  }
  warn_shadowed(file, findings);
  warn_regexes_behind_globs(file, findings);
  warn_other_definitions(file.drafts, file.rules, findings);
}

}  // namespace weir::mapping
