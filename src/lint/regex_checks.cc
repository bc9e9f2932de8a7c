// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "lint/checks.h"
#include "lint/regex_tokens.h"
#include "weir/base/ascii.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

namespace {

// `web.*.requests`: words, dots and stars, of which one is between two dots.
bool is_like_glob(std::string_view regex) {
  return regex.find(".*.") != std::string_view::npos &&
         regex.find_first_not_of(".*", 0) != std::string_view::npos &&
         std::ranges::all_of(
             regex, [](char c) { return base::is_word(c) || c == '.' || c == '*' || c == '-'; });
}

bool is_kind(const RegexTokens& tokens, std::size_t index, TokenKind kind) {
  return index < tokens.size() && tokens[index].kind == kind;
}

// A dot that matches one character, and is not a group of its own.
bool is_bare_dot(const RegexTokens& tokens, std::size_t index) {
  if (!is_kind(tokens, index, TokenKind::Dot) || is_kind(tokens, index + 1, TokenKind::Repeat))
    return false;
  const bool is_alone = index > 0 && is_kind(tokens, index - 1, TokenKind::Open) &&
                        is_kind(tokens, index + 1, TokenKind::Close);
  return !is_alone;
}

void check_dots(const Subject& subject, const RegexTokens& tokens, Findings& findings) {
  const bool has_text = std::ranges::any_of(
      tokens, [](const RegexToken& token) { return token.kind == TokenKind::Text; });
  if (!has_text) return;
  std::size_t count = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_bare_dot(tokens, i)) continue;
    if (count++ == 0) {
      first = static_cast<std::size_t>(tokens[i].text.data() - subject.rule->match.data()) + 1;
    }
  }
  if (count == 0) return;
  const auto which = count == 1 ? fmt::format("the `.` at character {}", first)
                                : fmt::format("{} dots, the first at character {},", count, first);
  findings.add("regex-dot-unescaped", subject.position("match"),
               fmt::format("{} of this regex {} any character", which,
                           count == 1 ? "stands for" : "stand for"),
               "write `\\.` for a dot");
}

// Whether a match that begins at `index` begins where the name does, or takes all before it.
bool is_anchored_at(const RegexTokens& tokens, std::size_t index) {
  while (is_kind(tokens, index, TokenKind::Open)) ++index;
  return is_kind(tokens, index, TokenKind::Begin) || takes_all_at(tokens, index) ||
         (index < tokens.size() && tokens[index].text == "\\A");
}

// The same for a match that ends before `end`.
bool is_anchored_before(const RegexTokens& tokens, std::size_t end) {
  while (end > 0 && tokens[end - 1].kind == TokenKind::Close) --end;
  if (end == 0) return false;
  if (tokens[end - 1].kind == TokenKind::End || tokens[end - 1].text == "\\z") return true;
  return end > 1 && takes_all_at(tokens, end - 2);
}

// Whether `is_anchored(begin, end)` holds for each alternative.
template <class IsAnchored>
bool all_alternatives(const RegexTokens& tokens, IsAnchored is_anchored) {
  std::size_t depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::Open && !tokens[i].text.ends_with(')')) ++depth;
    if (tokens[i].kind == TokenKind::Close && depth > 0) --depth;
    if (tokens[i].kind != TokenKind::Or || depth > 0) continue;
    if (!is_anchored(begin, i)) return false;
    begin = i + 1;
  }
  return is_anchored(begin, tokens.size());
}

void check_anchors(const Subject& subject, const RegexTokens& tokens, Findings& findings) {
  const auto begins = [&tokens](std::size_t begin, std::size_t) {
    return is_anchored_at(tokens, begin);
  };
  const auto ends = [&tokens](std::size_t, std::size_t end) {
    return is_anchored_before(tokens, end);
  };
  if (!all_alternatives(tokens, begins)) {
    findings.add("regex-start-unanchored", subject.position("match"),
                 "this regex also matches in the middle of a name", "begin it with `^`");
  }
  if (!all_alternatives(tokens, ends)) {
    findings.add("regex-end-unanchored", subject.position("match"),
                 "this regex also matches longer names", "end it with `$`");
  }
}

// Whether a group that takes as many segments as it can, and nothing else, begins at `index`.
bool is_greedy_group(const RegexTokens& tokens, std::size_t index) {
  return index + 3 < tokens.size() && opens_capture(tokens[index]) &&
         tokens[index + 1].kind == TokenKind::Dot && is_greedy(tokens[index + 2]) &&
         tokens[index + 3].kind == TokenKind::Close;
}

bool has_two_greedy_groups(const RegexTokens& tokens) {
  bool has_one = false;
  bool has_dot_since = false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_greedy_group(tokens, i)) {
      if (has_one && has_dot_since) return true;
      has_one = true;
      has_dot_since = false;
      i += 3;
    } else if (is_literal_dot(tokens[i]) || is_bare_dot(tokens, i)) {
      has_dot_since = true;
    }
  }
  return false;
}

void check_regex(const Subject& subject, Findings& findings) {
  const auto& regex = subject.rule->match;
  const auto tokens = regex_tokens(regex);
  if (takes_every_name(tokens)) return;
  const auto position = subject.position("match");
  if (is_like_glob(regex)) {
    findings.add(
        "regex-like-glob", position,
        fmt::format("\"{}\" is a regex, and looks like a glob", rulefile::printable(regex)),
        "leave `match_type: regex` out, or write `\\.` for dots and `[^.]+` for `*`");
    return;
  }
  check_dots(subject, tokens, findings);
  check_anchors(subject, tokens, findings);
  if (has_two_greedy_groups(tokens)) {
    findings.add("regex-greedy-groups", position,
                 "two groups of this regex take dots, and the first takes as many as it can",
                 "write `([^.]+)` for a group that is one segment");
  }
  if (const auto glob = as_glob(tokens)) {
    findings.add(
        "regex-could-be-glob", position, "a glob says the same as this regex",
        fmt::format("write `match: {}` without `match_type: regex`", rulefile::printable(*glob)));
  }
}

}  // namespace

void check_regexes(const File& file, Findings& findings) {
  for (const auto& subject : file.rules) {
    if (subject.is_regex()) check_regex(subject, findings);
  }
}

}  // namespace weir::lint
