// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::lint {

enum class TokenKind : std::uint8_t {
  Text,    // one character that means itself
  Dot,     // `.`
  Escape,  // a backslash and what it escapes
  Class,   // `[...]`
  Open,    // `(`, and what says the kind of group
  Close,   // `)`
  Repeat,  // `*`, `+`, `?`, `{n,m}`, lazy or not
  Begin,   // `^`
  End,     // `$`
  Or,      // `|`
};

// One piece of a regex, as written. Borrows from it.
struct RegexToken {
  TokenKind kind = TokenKind::Text;
  std::string_view text;
};
using RegexTokens = std::vector<RegexToken>;

// The pieces of a regex that compiles.
[[nodiscard]] RegexTokens regex_tokens(std::string_view regex);

// `(`, `(?P<name>` or `(?<name>`.
[[nodiscard]] bool opens_capture(const RegexToken& token);
// `*` or `+`, which take as much as they can.
[[nodiscard]] bool is_greedy(const RegexToken& token);
// `\.` or `[.]`.
[[nodiscard]] bool is_literal_dot(const RegexToken& token);
// Whether it takes any run of characters, dots too: `.*` or `.+` at `index`.
[[nodiscard]] bool takes_all_at(const RegexTokens& tokens, std::size_t index);

// Whether every name matches, or every name that is not empty.
[[nodiscard]] bool takes_every_name(const RegexTokens& tokens);

// What each match begins with (with `^`) or holds, when the regex is no more than that.
struct Literal {
  bool is_at_begin = false;
  std::string text;
};
[[nodiscard]] std::optional<Literal> as_literal(const RegexTokens& tokens);
// The text that each match begins with; "" when none is known.
[[nodiscard]] std::string literal_begin(const RegexTokens& tokens);

// The glob that matches what the regex does, but for empty segments, with the same captures;
// nothing when there is none.
[[nodiscard]] std::optional<std::string> as_glob(const RegexTokens& tokens);

// A name that the regex should match, its wildcards filled with `filling`. Not sure to match.
[[nodiscard]] std::string sample_name(const RegexTokens& tokens, std::string_view filling);

}  // namespace weir::lint
