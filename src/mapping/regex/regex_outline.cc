// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/regex_outline.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapping/regex/regex_reader.h"
#include "weir/base/ascii.h"

namespace weir::mapping {

namespace {

// What one part of a regex takes.
struct Piece {
  enum class Kind : std::uint8_t {
    Text,     // this character
    Dot,      // a `.`
    Inside,   // characters that are no dots
    Anything  // dots, too
  };
  Kind kind = Kind::Anything;
  char character = 0;
  // Of `Inside`: whether it may take nothing.
  bool is_optional = false;
};
using Pieces = std::vector<Piece>;

bool is_empty_at_times(const Pieces& parts) {
  return std::ranges::all_of(parts, [](const Piece& part) {
    return part.kind == Piece::Kind::Anything || part.is_optional;
  });
}

// One part in the place of several.
Piece summary(const Pieces& parts) {
  const bool has_dots = std::ranges::any_of(parts, [](const Piece& part) {
    return part.kind == Piece::Kind::Dot || part.kind == Piece::Kind::Anything;
  });
  if (has_dots) return {};
  return {Piece::Kind::Inside, 0, is_empty_at_times(parts)};
}

// Reads the syntax that mapping files use most, and gives up at any other.
class OutlineReader : private RegexReader {
 public:
  explicit OutlineReader(std::string_view regex) : RegexReader(regex) {}

  std::optional<Pieces> run() {
    if (!take("^")) return std::nullopt;
    auto parts = take_sequence(0);
    if (take("$")) {
      if (!rest_.empty()) return std::nullopt;
    } else {
      parts.push_back({});
    }
    return is_whole() ? std::optional(std::move(parts)) : std::nullopt;
  }

 private:
  Pieces take_sequence(std::size_t depth) {
    Pieces parts;
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')' && rest_.front() != '$') {
      auto item = take_item(depth);
      take_repetition(item);
      parts.insert(parts.end(), item.begin(), item.end());
    }
    return parts;
  }

  Pieces take_item(std::size_t depth) {
    const char first = rest_.front();
    if (first == '(') return take_group(depth);
    if (first == '[') return {take_class()};
    if (first == '\\') return {take_escape()};
    rest_.remove_prefix(1);
    if (first == '.') return {{}};
    // A star would be read as a wildcard, and a character of several bytes is repeated as a whole.
    const bool is_plain = base::is_ascii(first) && first != '^' && !is_repetition(first);
    if (!is_plain) give_up();
    return {{Piece::Kind::Text, first}};
  }

  Pieces take_group(std::size_t depth) {
    take("(");
    if (take("?P<") || take("?<")) {
      const auto end = rest_.find('>');
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    } else if (!take("?:") && rest_.starts_with('?')) {
      give_up();
    }
    if (depth > kDepthMax) give_up();
    auto parts = take_sequence(depth + 1);
    if (rest_.starts_with('|')) {
      auto choice = summary(parts);
      while (take("|")) choice = either(choice, summary(take_sequence(depth + 1)));
      parts = {choice};
    }
    if (!take(")")) give_up();
    return parts;
  }

  static Piece either(const Piece& a, const Piece& b) {
    if (a.kind == Piece::Kind::Anything || b.kind == Piece::Kind::Anything) return {};
    return {Piece::Kind::Inside, 0, a.is_optional || b.is_optional};
  }

  Piece take_escape() {
    if (rest_.size() < 2) {
      give_up();
      return {};
    }
    const char escaped = rest_[1];
    rest_.remove_prefix(2);
    if (escaped == '.') return {Piece::Kind::Dot};
    if (escaped == 'd' || escaped == 'w' || escaped == 's') return {Piece::Kind::Inside};
    if (escaped == 'D' || escaped == 'W' || escaped == 'S') return {};
    const bool is_plain =
        !base::is_alphanumeric(escaped) && base::is_ascii(escaped) && escaped != '*';
    if (!is_plain) give_up();
    return {Piece::Kind::Text, escaped};
  }

  // Of letters, digits, `_`, `-`, `.` and the simplest escapes.
  Piece take_class() {
    if (take("[.]")) return {Piece::Kind::Dot};
    take("[");
    const bool is_negated = take("^");
    // Here it is a member.
    if (rest_.starts_with(']')) give_up();
    bool has_dot = false;
    char before = 0;
    while (!rest_.empty() && rest_.front() != ']') {
      const char member = take_member();
      has_dot = has_dot || member == '.';
      // Of ranges only those between letters or digits are sure to leave the dot out.
      const bool is_range_of_others =
          member == '-' && !base::is_alphanumeric(before) && before != 0;
      if (is_range_of_others && !rest_.starts_with(']')) give_up();
      before = member;
    }
    if (!take("]")) give_up();
    return is_negated != has_dot ? Piece() : Piece{Piece::Kind::Inside};
  }

  char take_member() {
    const char member = rest_.front();
    rest_.remove_prefix(1);
    if (member == '\\' && !rest_.empty()) {
      const char escaped = rest_.front();
      rest_.remove_prefix(1);
      if (base::is_alphanumeric(escaped) && escaped != 'd' && escaped != 'w') give_up();
      return escaped;
    }
    if (!base::is_alphanumeric(member) &&
        std::string_view("_-.").find(member) == std::string_view::npos)
      give_up();
    return member;
  }

  void take_repetition(Pieces& item) {
    if (!is_at_repetition()) return;
    auto whole = summary(item);
    if (rest_.starts_with('{')) {
      whole.is_optional = whole.is_optional || !take_bounds();
    } else {
      whole.is_optional = whole.is_optional || !rest_.starts_with('+');
      rest_.remove_prefix(1);
    }
    take("?");
    if (is_at_repetition()) give_up();
    item = {whole};
  }

  // `{n}`, `{n,}` or `{n,m}`; false when n is 0.
  bool take_bounds() {
    const auto end = rest_.find('}');
    const auto bounds = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    const auto least = bounds.substr(1, bounds.find(',') - 1);
    const bool is_number = !least.empty() && std::ranges::all_of(least, base::is_digit);
    if (end == std::string_view::npos || !is_number) give_up();
    return least.find_first_not_of('0') != std::string_view::npos;
  }
};

// The segment of a glob around the parts between two dots.
std::string segment_around(const Pieces& parts) {
  const auto is_text = [](const Piece& part) { return part.kind == Piece::Kind::Text; };
  if (std::ranges::any_of(parts, [](const Piece& p) { return p.kind == Piece::Kind::Anything; })) {
    return "**";
  }
  std::string text;
  const auto middle = std::ranges::find_if_not(parts, is_text);
  for (auto part = parts.begin(); part != middle; ++part) text += part->character;
  if (middle == parts.end()) return text;
  const auto last = std::find_if_not(parts.rbegin(), parts.rend(), is_text).base();
  // `x*y` wants a character for its star.
  if (is_empty_at_times({middle, last})) return "*";
  text += '*';
  for (auto part = last; part != parts.end(); ++part) text += part->character;
  return text;
}

}  // namespace

std::optional<std::string> glob_around(std::string_view regex) {
  const auto parts = OutlineReader(regex).run();
  if (!parts) return std::nullopt;
  std::string glob;
  Pieces segment;
  for (const auto& part : *parts) {
    if (part.kind == Piece::Kind::Dot) {
      glob += segment_around(segment) + '.';
      segment.clear();
    } else {
      segment.push_back(part);
    }
  }
  return glob + segment_around(segment);
}

}  // namespace weir::mapping
