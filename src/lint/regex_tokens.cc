// SPDX-License-Identifier: Apache-2.0
#include "lint/regex_tokens.h"

#include <algorithm>

#include "weir/base/ascii.h"
#include "weir/mapping/glob_grammar.h"

namespace weir::lint {

namespace {

// The size of the class that `rest` begins with. A `]` directly after `[` or `[^` is a member, and
// so is one within `[:alpha:]`.
std::size_t size_of_class(std::string_view rest) {
  std::size_t at = rest.substr(1).starts_with('^') ? 2 : 1;
  if (rest.substr(at).starts_with(']')) ++at;
  while (at < rest.size() && rest[at] != ']') {
    const auto end =
        rest.substr(at).starts_with("[:") ? rest.find(":]", at) : std::string_view::npos;
    if (end != std::string_view::npos) {
      at = end + 2;
    } else {
      at += rest[at] == '\\' ? 2 : 1;
    }
  }
  return std::min(at + 1, rest.size());
}

std::size_t size_of_open(std::string_view rest) {
  if (!rest.starts_with("(?")) return 1;
  if (rest.starts_with("(?:")) return 3;
  const bool is_named = rest.starts_with("(?P<") || rest.starts_with("(?<");
  const auto end = is_named ? rest.find('>') : rest.find_first_of(":)");
  if (end == std::string_view::npos) return rest.size();
  // Flags for what follows, `(?i)`, close themselves.
  return end + 1;
}

// `{n}`, `{n,}` or `{n,m}`; 0 for a brace that means itself.
std::size_t size_of_bounds(std::string_view rest) {
  const auto end = rest.find('}');
  if (end == std::string_view::npos || end < 2 || !base::is_digit(rest[1])) return 0;
  const auto inside = rest.substr(1, end - 1);
  const bool is_clean =
      std::ranges::all_of(inside, [](char c) { return base::is_digit(c) || c == ','; });
  return is_clean ? end + 1 : 0;
}

RegexToken repeat(std::string_view rest, std::size_t size) {
  return {TokenKind::Repeat, rest.substr(0, rest.substr(size).starts_with('?') ? size + 1 : size)};
}

RegexToken first_token(std::string_view rest) {
  switch (rest.front()) {
    case '\\': return {TokenKind::Escape, rest.substr(0, 2)};
    case '[': return {TokenKind::Class, rest.substr(0, size_of_class(rest))};
    case '(': return {TokenKind::Open, rest.substr(0, size_of_open(rest))};
    case ')': return {TokenKind::Close, rest.substr(0, 1)};
    case '*':
    case '+':
    case '?': return repeat(rest, 1);
    case '.': return {TokenKind::Dot, rest.substr(0, 1)};
    case '^': return {TokenKind::Begin, rest.substr(0, 1)};
    case '$': return {TokenKind::End, rest.substr(0, 1)};
    case '|': return {TokenKind::Or, rest.substr(0, 1)};
    case '{':
      if (const auto size = size_of_bounds(rest); size > 0) return repeat(rest, size);
      break;
    default: break;
  }
  return {TokenKind::Text, rest.substr(0, 1)};
}

bool is_repeated(const RegexTokens& tokens, std::size_t index) {
  return index + 1 < tokens.size() && tokens[index + 1].kind == TokenKind::Repeat;
}

// Outside of groups.
bool has_alternatives(const RegexTokens& tokens) {
  std::size_t depth = 0;
  return std::ranges::any_of(tokens, [&depth](const RegexToken& token) {
    if (token.kind == TokenKind::Open && !token.text.ends_with(')')) ++depth;
    if (token.kind == TokenKind::Close && depth > 0) --depth;
    return token.kind == TokenKind::Or && depth == 0;
  });
}

// The character that a token matches alone; 0 when it is no such token.
char plain_character(const RegexToken& token) {
  if (is_literal_dot(token)) return '.';
  if (token.kind == TokenKind::Text) return token.text[0];
  if (token.kind == TokenKind::Escape && !base::is_alphanumeric(token.text.back()))
    return token.text.back();
  return 0;
}

bool is_all_but_dots(const RegexToken& token) {
  return token.text == "[^.]" || token.text == "[^\\.]";
}

// The segment, or part of one, of a glob for the group at `index`: `*` for `([^.]+)`; `**` for
// `(.+)`. "" for others.
std::string_view wildcard_at(const RegexTokens& tokens, std::size_t index) {
  if (index + 3 >= tokens.size() || !opens_capture(tokens[index])) return {};
  if (tokens[index + 2].text != "+" || tokens[index + 3].kind != TokenKind::Close) return {};
  if (is_repeated(tokens, index + 3)) return {};
  if (is_all_but_dots(tokens[index + 1])) return "*";
  return tokens[index + 1].kind == TokenKind::Dot ? "**" : std::string_view();
}

// What fills a class: the first of these that it lists, or the filling where it excludes.
std::string fill_class(std::string_view text, std::string_view filling) {
  if (text.starts_with("[^")) return std::string(filling.substr(0, filling.find('.')));
  if (text.find("0-9") != std::string_view::npos || text.find("\\d") != std::string_view::npos)
    return "1";
  if (text.find("A-Z") != std::string_view::npos && text.find("a-z") == std::string_view::npos)
    return "A";
  return text.size() > 2 && text[1] != '\\' && text[1] != '[' ? std::string(text.substr(1, 1))
                                                              : "a";
}

std::string fill_escape(std::string_view text, std::string_view filling) {
  const char escaped = text.back();
  if (escaped == 'd') return "1";
  if (escaped == 'b' || escaped == 'A' || escaped == 'z') return {};
  if (base::is_alphanumeric(escaped)) return std::string(filling.substr(0, filling.find('.')));
  return std::string(1, escaped);
}

}  // namespace

RegexTokens regex_tokens(std::string_view regex) {
  RegexTokens tokens;
  tokens.reserve(regex.size());
  while (!regex.empty()) {
    tokens.push_back(first_token(regex));
    regex.remove_prefix(tokens.back().text.size());
  }
  return tokens;
}

bool opens_capture(const RegexToken& token) {
  return token.kind == TokenKind::Open &&
         (token.text == "(" || token.text.starts_with("(?P<") || token.text.starts_with("(?<"));
}

bool is_greedy(const RegexToken& token) { return token.text == "*" || token.text == "+"; }

bool is_literal_dot(const RegexToken& token) {
  return (token.kind == TokenKind::Escape && token.text == "\\.") ||
         (token.kind == TokenKind::Class && token.text == "[.]");
}

bool takes_all_at(const RegexTokens& tokens, std::size_t index) {
  return index + 1 < tokens.size() && tokens[index].kind == TokenKind::Dot &&
         tokens[index + 1].kind == TokenKind::Repeat &&
         (tokens[index + 1].text[0] == '*' || tokens[index + 1].text[0] == '+');
}

bool takes_every_name(const RegexTokens& tokens) {
  std::size_t dots = 0;
  const bool is_open = std::ranges::all_of(tokens, [&dots](const RegexToken& token) {
    dots += token.kind == TokenKind::Dot ? 1 : 0;
    const bool is_repeat =
        token.kind == TokenKind::Repeat && (token.text[0] == '*' || token.text[0] == '+');
    return is_repeat || token.kind == TokenKind::Dot || token.kind == TokenKind::Begin ||
           token.kind == TokenKind::End || token.kind == TokenKind::Open ||
           token.kind == TokenKind::Close;
  });
  if (!is_open || dots > 1) return false;
  // `^.$` is for names of one character.
  const bool is_repeated_dot = std::ranges::any_of(
      tokens, [](const RegexToken& token) { return token.kind == TokenKind::Repeat; });
  const bool is_anchored = std::ranges::any_of(
      tokens, [](const RegexToken& token) { return token.kind == TokenKind::End; });
  return is_repeated_dot || !is_anchored;
}

std::string literal_begin(const RegexTokens& tokens) {
  std::string text;
  if (tokens.empty() || tokens.front().kind != TokenKind::Begin) return text;
  if (has_alternatives(tokens)) return text;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const char c = plain_character(tokens[i]);
    if (c == 0 || is_repeated(tokens, i)) break;
    text += c;
  }
  return text;
}

std::optional<Literal> as_literal(const RegexTokens& tokens) {
  Literal literal;
  std::size_t begin = 0;
  std::size_t end = tokens.size();
  if (begin < end && tokens.front().kind == TokenKind::Begin) {
    literal.is_at_begin = true;
    ++begin;
  }
  if (end >= begin + 2 && takes_all_at(tokens, end - 2) && tokens[end - 1].text[0] == '*') end -= 2;
  for (std::size_t i = begin; i < end; ++i) {
    const char c = plain_character(tokens[i]);
    if (c == 0) return std::nullopt;
    literal.text += c;
  }
  return literal.text.empty() ? std::nullopt : std::optional(literal);
}

std::optional<std::string> as_glob(const RegexTokens& tokens) {
  if (tokens.size() < 3 || tokens.front().kind != TokenKind::Begin ||
      tokens.back().kind != TokenKind::End) {
    return std::nullopt;
  }
  std::string glob;
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (const auto wildcard = wildcard_at(tokens, i); !wildcard.empty()) {
      glob += wildcard;
      i += 3;
      continue;
    }
    const char c = plain_character(tokens[i]);
    if (c == 0 || c == '*' || is_repeated(tokens, i)) return std::nullopt;
    glob += c;
  }
  return mapping::glob_fault(glob).empty() ? std::optional(glob) : std::nullopt;
}

std::string sample_name(const RegexTokens& tokens, std::string_view filling) {
  std::string name;
  // Of several alternatives the first; the depth at which the others begin.
  std::size_t depth = 0;
  std::size_t skipped_at = std::string::npos;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (token.kind == TokenKind::Close && depth == skipped_at) skipped_at = std::string::npos;
    if (token.kind == TokenKind::Open && !token.text.ends_with(')')) ++depth;
    if (token.kind == TokenKind::Close && depth > 0) --depth;
    if (token.kind == TokenKind::Or && skipped_at == std::string::npos) skipped_at = depth;
    if (skipped_at != std::string::npos) continue;
    // One that is not repeated is mostly meant to be a dot.
    if (token.kind == TokenKind::Dot) name += is_repeated(tokens, i) ? filling : ".";
    if (token.kind == TokenKind::Text) name += token.text;
    if (token.kind == TokenKind::Class) name += fill_class(token.text, filling);
    if (token.kind == TokenKind::Escape) name += fill_escape(token.text, filling);
  }
  return name;
}

}  // namespace weir::lint
