// SPDX-License-Identifier: Apache-2.0
#include "rulefile/lint.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "rulefile/same_name.h"
#include "rulefile/second_document.h"
#include "weir/base/ascii.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/regex_literals.h"

namespace weir::rulefile {

namespace {

void warn_shadowed(const LintedFile& file, Diagnostics& diagnostics) {
  for (const auto& [rule, by] : mapping::find_shadowed(file.rules, file.conditions)) {
    const auto message =
        fmt::format("this mapping never matches: \"{}\" on line {} takes all of its names first",
                    printable(file.rules[by].match), position_of_match(file.drafts[by]).line);
    const auto kind = file.rules[by].match == file.rules[rule].match ? DiagnosticKind::RepeatedMatch
                                                                     : DiagnosticKind::NeverMatches;
    diagnostics.warn(kind, position_of_match(file.drafts[rule]), message,
                     "move this one before it or remove it");
  }
}

void warn_regexes_behind_globs(const LintedFile& file, Diagnostics& diagnostics) {
  for (const auto& [rule, by] : mapping::find_regexes_behind_globs(file.rules, file.conditions)) {
    const auto message = fmt::format(
        "this mapping never matches: the glob \"{}\" on line {} takes all of its names, as globs "
        "go before regexes",
        printable(file.rules[by].match), position_of_match(file.drafts[by]).line);
    diagnostics.warn(DiagnosticKind::AfterGlob, position_of_match(file.drafts[rule]), message,
                     "make that one a regex too and put it after this one, or remove this one");
  }
}

bool every_match_holds(char c, const std::vector<mapping::LiteralChoice>& choices) {
  const auto has_it = [c](const std::string& text) { return text.find(c) != std::string::npos; };
  return std::ranges::any_of(choices, [&](const mapping::LiteralChoice& choice) {
    return std::ranges::all_of(choice, has_it);
  });
}

void warn_impossible_regex(const RuleDraft& draft, const mapping::Rule& rule,
                           Diagnostics& diagnostics) {
  const auto position = position_of_match(draft);
  const auto choices = mapping::required_literals(rule.match);
  if (every_match_holds(':', choices)) {
    diagnostics.warn(
        DiagnosticKind::ImpossibleRegex, position,
        "this mapping never matches: its regex needs a `:`, which no name holds unless "
        "--statsd.parse-colons-in-names is given",
        "match what is before it, or remove the mapping");
  } else if (every_match_holds('|', choices)) {
    diagnostics.warn(DiagnosticKind::ImpossibleRegex, position,
                     "this regex needs a `|` in the name, which no client writes",
                     "write it without a backslash for one of several");
  }
}

// A regex that holds one was written in double quotes, which take `\\b` for a backspace.
void warn_control_character(const RuleDraft& draft, const mapping::Rule& rule,
                            Diagnostics& diagnostics) {
  const auto control =
      std::ranges::find_if(rule.match, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (control == rule.match.end()) return;
  diagnostics.warn(
      DiagnosticKind::ControlCharacter, position_of_match(draft),
      fmt::format("this regex holds the control character U+{:04X}, which double quotes "
                  "made of an escape",
                  static_cast<unsigned>(*control)),
      "write it in single quotes, which leave backslashes alone");
}

std::string why_empty(const mapping::Rule& rule) {
  if (rule.match_type == mapping::MatchType::Regex) return "the regex has no such group";
  const auto captures = mapping::count_captures(rule.match);
  if (captures == 0) return "the glob has no `*`";
  return fmt::format("the glob has {} capture{}", captures, captures == 1 ? "" : "s");
}

// Where the number of `reference` ends and a name goes on, as in `$1_x`, which is one reference to
// something of the name `1_x`; npos when there is no such place.
std::size_t end_of_number(std::string_view reference) {
  const auto end = reference.find_first_not_of("0123456789", 1);
  return end == 1 ? std::string_view::npos : end;
}

// Whether `$10` may have been meant as the first capture and a 0.
bool may_be_one_digit(std::string_view reference, const mapping::Rule& rule) {
  if (reference.size() < 3 || !base::is_digit(reference[1]) || reference[1] == '0') return false;
  if (!std::ranges::all_of(reference.substr(1), base::is_digit)) return false;
  const auto first = static_cast<std::size_t>(reference[1] - '0');
  return rule.match_type == mapping::MatchType::Glob &&
         first <= mapping::count_captures(rule.match);
}

std::string hint_of(std::string_view reference, const mapping::Rule& rule) {
  if (may_be_one_digit(reference, rule)) {
    return fmt::format("refer to one that it has, or write `${{{}}}{}`", reference[1],
                       printable(reference.substr(2)));
  }
  const auto end = end_of_number(reference);
  if (end == std::string_view::npos) return "refer to one that it has, or remove the reference";
  return fmt::format("write `${{{}}}{}`", reference.substr(1, end - 1),
                     printable(reference.substr(end)));
}

void warn_empty_references(const mapping::NameTemplate& text, Position position,
                           const mapping::Rule& rule, Diagnostics& diagnostics) {
  for (const auto reference : text.empty_references()) {
    const auto kind = end_of_number(reference) == std::string_view::npos
                          ? DiagnosticKind::EmptyReference
                          : DiagnosticKind::LongReference;
    diagnostics.warn(kind, position,
                     fmt::format("`{}` is always empty: {}", printable(reference), why_empty(rule)),
                     hint_of(reference, rule));
  }
}

void warn_of_rule(const RuleDraft& draft, const mapping::Rule& rule, Diagnostics& diagnostics) {
  if (rule.match_type == mapping::MatchType::Regex) {
    warn_impossible_regex(draft, rule, diagnostics);
    warn_control_character(draft, rule, diagnostics);
  }
  if (rule.action == mapping::Action::Drop) return;
  warn_empty_references(rule.name, draft.name->position, rule, diagnostics);
  for (const auto& label : rule.labels) {
    const auto entry = std::ranges::find_if(draft.labels->entries, [&](const Entry& candidate) {
      return candidate.key->text == label.name;
    });
    warn_empty_references(label.value, entry->value->position, rule, diagnostics);
  }
}

}  // namespace

Position position_of_match(const RuleDraft& draft) {
  return draft.match != nullptr ? draft.match->position : draft.entry->position;
}

void lint(const LintedFile& file, Diagnostics& diagnostics) {
  warn_second_document(file.text, diagnostics);
  for (std::size_t i = 0; i < file.rules.size(); ++i) {
    warn_of_rule(file.drafts[i], file.rules[i], diagnostics);
  }
  warn_shadowed(file, diagnostics);
  warn_regexes_behind_globs(file, diagnostics);
  warn_other_definitions(file.drafts, file.rules, diagnostics);
}

}  // namespace weir::rulefile
