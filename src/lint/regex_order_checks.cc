// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/core.h>

#include "lint/checks.h"
#include "lint/regex_tokens.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/name_grammar.h"
#include "weir/mapping/reachability.h"
#include "weir/mapping/regex.h"
#include "weir/mapping/regex_literals.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

namespace {

using sample::EventKind;

// Comparisons of two rules in one check: about a second.
constexpr std::size_t kPairsMax = 1'000'000;

// What the wildcards of a pattern are filled with, to have names that it is for.
constexpr std::array<std::string_view, 3> kFillings{"a", "x1", "a.b"};

std::string quoted(const Subject& subject) {
  return fmt::format("\"{}\" on line {}", rulefile::printable(subject.rule->match),
                     subject.position("match").line);
}

// Whether every sample of a name that both match goes to `earlier`.
bool covers(const mapping::Rule& earlier, const mapping::Rule& later) {
  const bool has_kind = earlier.kind ? later.kind == earlier.kind : later.kind != EventKind::Set;
  return has_kind && mapping::satisfy(mapping::as_tags(later.match_tags), earlier.match_tags);
}

bool meet(const mapping::Rule& one, const mapping::Rule& other) {
  return !one.kind || !other.kind || *one.kind == *other.kind;
}

// Regexes that take all names of a later one, as far as that is plain to see.
class EarlierRegexes {
 public:
  // The rule that hides `subject`; null when there is none. Then `subject` is one of them.
  const Subject* take(const Subject& subject) {
    const auto tokens = regex_tokens(subject.rule->match);
    const Subject* const hidden_by = find(subject, tokens);
    if (hidden_by != nullptr) return hidden_by;
    by_pattern_[subject.rule->match].push_back(&subject);
    if (takes_every_name(tokens)) wide_.push_back(&subject);
    if (auto literal = as_literal(tokens)) literals_.push_back({&subject, std::move(*literal)});
    return nullptr;
  }

 private:
  struct OfLiteral {
    const Subject* subject;
    Literal literal;
  };

  const Subject* find(const Subject& subject, const RegexTokens& tokens) {
    for (const auto* const earlier : by_pattern_[subject.rule->match]) {
      if (covers(*earlier->rule, *subject.rule)) return earlier;
    }
    for (const auto* const earlier : wide_) {
      if (covers(*earlier->rule, *subject.rule)) return earlier;
    }
    pairs_ += literals_.size();
    if (literals_.empty() || pairs_ > kPairsMax) return nullptr;
    const auto begin = literal_begin(tokens);
    const auto held = mapping::required_literals(subject.rule->match);
    const auto found = std::ranges::find_if(literals_, [&](const OfLiteral& earlier) {
      return covers(*earlier.subject->rule, *subject.rule) && holds(earlier.literal, begin, held);
    });
    return found == literals_.end() ? nullptr : found->subject;
  }

  static bool holds(const Literal& literal, std::string_view begin,
                    const std::vector<mapping::LiteralChoice>& held) {
    if (literal.is_at_begin) return begin.starts_with(literal.text);
    const auto holds_it = [&](const std::string& text) {
      return text.find(literal.text) != std::string::npos;
    };
    return begin.find(literal.text) != std::string_view::npos ||
           std::ranges::any_of(held, [&](const mapping::LiteralChoice& choice) {
             return std::ranges::all_of(choice, holds_it);
           });
  }

  std::unordered_map<std::string_view, std::vector<const Subject*>> by_pattern_;
  std::vector<const Subject*> wide_;
  std::vector<OfLiteral> literals_;
  std::size_t pairs_ = 0;
};

void check_earlier_regexes(const File& file, Findings& findings) {
  EarlierRegexes earlier;
  for (const auto& subject : file.rules) {
    if (!subject.is_regex()) continue;
    const auto* const by = earlier.take(subject);
    if (by == nullptr) continue;
    const bool is_repeated = by->rule->match == subject.rule->match;
    findings.add(
        is_repeated ? "rule-repeated" : "regex-shadowed", subject.position("match"),
        fmt::format("this mapping never matches: {} takes all of its names first", quoted(*by)),
        "move this one before it or remove it");
  }
}

// A name that `glob` matches.
std::string name_of(std::string_view glob, std::string_view filling) {
  std::string name;
  for (auto left = mapping::count_segments(glob); left > 0; --left) {
    const auto segment = mapping::take_segment(glob);
    const auto star = segment.find('*');
    const bool is_tail = mapping::form_of(segment) == mapping::SegmentForm::Tail;
    if (star == std::string_view::npos) {
      name += segment;
    } else {
      // One segment, except for a tail.
      name += segment.substr(0, star);
      name += is_tail ? filling : filling.substr(0, filling.find('.'));
      if (!is_tail) name += segment.substr(star + 1);
    }
    if (left > 1) name += '.';
  }
  return name;
}

// Whether the regex takes the names that the glob is for.
bool takes_all_of(const mapping::Regex& regex, std::string_view glob) {
  std::vector<std::string_view> captures;
  return std::ranges::all_of(kFillings, [&](std::string_view filling) {
    const auto name = name_of(glob, filling);
    return regex.match(name, captures);
  });
}

// The glob that takes the names that the regex is for; null when it gets some of them, or none is
// known.
const mapping::Rule* glob_before(const Subject& subject, const File& file) {
  const auto tokens = regex_tokens(subject.rule->match);
  const mapping::Regex regex(subject.rule->match);
  const mapping::Rule* glob = nullptr;
  std::vector<std::string_view> captures;
  mapping::Match match;
  for (const auto filling : kFillings) {
    const auto name = sample_name(tokens, filling);
    if (name.empty() || !regex.match(name, captures)) continue;
    file.rule_set->match(name, subject.rule->kind.value_or(EventKind::Counter), match);
    if (match.rule == nullptr || match.rule->match_type != mapping::MatchType::Glob) return nullptr;
    glob = match.rule;
  }
  return glob;
}

class GlobsBeforeRegexes {
 public:
  GlobsBeforeRegexes(const File& file, Findings& findings) : file_(file), findings_(findings) {
    for (const auto& [rule, by] :
         mapping::find_regexes_behind_globs(file.rule_set->rules(), {file.is_glob_ordered, false}))
      hidden_.insert(rule);
    for (const auto& subject : file.rules) {
      if (!subject.is_regex()) globs_.push_back(&subject);
    }
  }

  void check(const Subject& subject) {
    // The loader has said so.
    if (hidden_.contains(subject.rule->index) || globs_.empty()) return;
    if (report_hidden(subject)) return;
    const mapping::Regex regex(subject.rule->match);
    const Subject* first = nullptr;
    std::size_t count = 0;
    for (const auto* const glob : globs_) {
      if (glob->rule->index < subject.rule->index || !meet(*glob->rule, *subject.rule)) continue;
      if (!glob->rule->match_tags.empty() || ++pairs_ > kPairsMax) continue;
      if (!takes_all_of(regex, glob->rule->match)) continue;
      if (count++ == 0) first = glob;
    }
    if (first != nullptr) report(subject, *first, count);
  }

 private:
  bool report_hidden(const Subject& subject) {
    if (takes_every_name(regex_tokens(subject.rule->match))) return false;
    const auto* const glob = glob_before(subject, file_);
    if (glob == nullptr || !meet(*glob, *subject.rule)) return false;
    findings_.add("regex-mostly-behind-glob", subject.position("match"),
                  fmt::format("most names of this regex go to the glob {}, as globs go before "
                              "regexes",
                              quoted(file_.rules[glob->index])),
                  "write both as globs, the narrow one first, or both as regexes");
    return true;
  }

  void report(const Subject& subject, const Subject& glob, std::size_t count) {
    const auto more = count == 1 ? std::string() : fmt::format(" and {} more", count - 1);
    findings_.add("glob-before-regex", subject.position("match"),
                  fmt::format("the glob {}{} goes before this regex, though it is further down",
                              quoted(glob), more),
                  "put the regex after the globs, as that is how the file is read");
  }

  const File& file_;
  Findings& findings_;
  std::unordered_set<std::size_t> hidden_;
  std::vector<const Subject*> globs_;
  std::size_t pairs_ = 0;
};

}  // namespace

void check_regex_order(const File& file, Findings& findings) {
  check_earlier_regexes(file, findings);
  GlobsBeforeRegexes globs(file, findings);
  for (const auto& subject : file.rules) {
    if (subject.is_regex()) globs.check(subject);
  }
}

}  // namespace weir::lint
