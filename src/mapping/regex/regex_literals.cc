// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/regex_literals.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "mapping/regex/regex_reader.h"
#include "weir/base/ascii.h"

namespace weir::mapping {

namespace {

using Choices = std::vector<LiteralChoice>;

// Longer texts are required piece by piece.
constexpr std::size_t kLiteralBytesMax = 64;
constexpr std::size_t kTextsPerChoiceMax = 16;
// Escapes of one character that are a class, a place, or a character that is in no name.
constexpr std::string_view kSimpleEscapes = "dDwWsSbBAzntrfva";

std::size_t shortest(const LiteralChoice& choice) {
  return std::ranges::min(choice, {}, &std::string::size).size();
}

// What one part of a pattern, unrepeated, requires: a character, choices, or nothing known.
struct Item {
  std::optional<char> character;
  Choices choices;
};

enum class Repetition : std::uint8_t { Once, AtLeastOnce, MaybeNever };

// The parts of a pattern that follow each other.
class Sequence {
 public:
  void add(Item item, Repetition repetition) {
    const bool is_required = repetition != Repetition::MaybeNever;
    if (is_required && item.character) run_ += *item.character;
    if (repetition != Repetition::Once || !item.character || run_.size() == kLiteralBytesMax) {
      end_run();
    }
    if (is_required) std::ranges::move(item.choices, std::back_inserter(choices_));
  }

  Choices finish() {
    end_run();
    return std::move(choices_);
  }

 private:
  void end_run() {
    if (!run_.empty()) choices_.push_back({std::exchange(run_, {})});
  }

  std::string run_;
  Choices choices_;
};

// Reads the syntax of re2 as far as it must to know what is text.
class Analysis : private RegexReader {
 public:
  explicit Analysis(std::string_view pattern) : RegexReader(pattern) {}

  Choices run() {
    auto choices = take_alternatives(0);
    return is_whole() ? std::move(choices) : Choices();
  }

 private:
  void take_up_to(char last) {
    const auto end = rest_.find(last);
    if (end == std::string_view::npos) return give_up();
    rest_.remove_prefix(end + 1);
  }

  // One branch keeps its choices; of several, each adds its best one to a common choice.
  Choices take_alternatives(std::size_t depth) {
    if (depth > kDepthMax) give_up();
    auto choices = take_sequence(depth);
    if (!rest_.starts_with('|')) return choices;
    LiteralChoice common;
    bool is_complete = add_best(choices, common);
    while (take("|")) {
      choices = take_sequence(depth);
      is_complete = add_best(choices, common) && is_complete;
    }
    return is_complete ? Choices{std::move(common)} : Choices();
  }

  static bool add_best(Choices& branch, LiteralChoice& common) {
    if (branch.empty()) return false;
    auto& best = *std::ranges::max_element(branch, {}, shortest);
    if (common.size() + best.size() > kTextsPerChoiceMax) return false;
    std::ranges::move(best, std::back_inserter(common));
    return true;
  }

  Choices take_sequence(std::size_t depth) {
    Sequence sequence;
    while (!rest_.empty() && !rest_.starts_with('|') && !rest_.starts_with(')')) {
      auto item = take_item(depth);
      const auto repetition = take_repetition();
      sequence.add(std::move(item), repetition);
    }
    return sequence.finish();
  }

  Item take_item(std::size_t depth) {
    const auto first = rest_.front();
    if (first == '(') return take_group(depth);
    if (first == '[') return take_class();
    if (first == '\\') return take_escape();
    if (is_repetition(first)) {
      give_up();
      return {};
    }
    rest_.remove_prefix(1);
    // A character of several bytes is repeated as a whole: none of them counts.
    const bool is_text = base::is_ascii(first) && first != '.' && first != '^' && first != '$';
    return is_text ? Item{first, {}} : Item();
  }

  Item take_group(std::size_t depth) {
    if (take("(?P<") || take("(?<")) {
      take_up_to('>');
    } else if (!take("(?:")) {
      // Flags change what follows, and a repetition after them repeats what is before them.
      if (rest_.starts_with("(?")) give_up();
      take("(");
    }
    Item item{{}, take_alternatives(depth + 1)};
    if (!take(")")) give_up();
    return item;
  }

  Item take_escape() {
    if (rest_.size() < 2) {
      give_up();
      return {};
    }
    const auto escaped = rest_[1];
    rest_.remove_prefix(2);
    if (escaped == 'p' || escaped == 'P') {
      if (rest_.starts_with('{')) {
        take_up_to('}');
      } else {
        rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
      }
      return {};
    }
    if (kSimpleEscapes.find(escaped) != std::string_view::npos) return {};
    if (base::is_ascii(escaped) && !base::is_alphanumeric(escaped)) {
      return {escaped, {}};
    }
    give_up();
    return {};
  }

  // A class of one plain character is that character.
  Item take_class() {
    constexpr std::string_view kSpecial = "^\\[]";
    if (rest_.size() >= 3 && rest_[2] == ']' && base::is_ascii(rest_[1]) &&
        kSpecial.find(rest_[1]) == std::string_view::npos) {
      const auto character = rest_[1];
      rest_.remove_prefix(3);
      return {character, {}};
    }
    take(take("[^") || take("[") ? "]" : "");
    while (!rest_.empty() && !rest_.starts_with(']')) take_class_member();
    if (!take("]")) give_up();
    return {};
  }

  void take_class_member() {
    // Whether a range ends here or the name of a class begins is not worth knowing.
    if (rest_.starts_with("-[")) return give_up();
    if (rest_.starts_with("[:")) return take_class_name();
    rest_.remove_prefix(std::min<std::size_t>(rest_.starts_with('\\') ? 2 : 1, rest_.size()));
  }

  void take_class_name() {
    take("[:");
    take("^");
    while (!rest_.empty() && base::is_lower(rest_.front())) rest_.remove_prefix(1);
    if (!take(":]")) give_up();
  }

  Repetition take_repetition() {
    if (!is_at_repetition()) return Repetition::Once;
    auto repetition = Repetition::MaybeNever;
    if (take("+")) {
      repetition = Repetition::AtLeastOnce;
    } else if (rest_.starts_with('{')) {
      repetition = take_bounds();
    } else {
      rest_.remove_prefix(1);
    }
    take("?");
    if (is_at_repetition()) give_up();
    return repetition;
  }

  // `{n}`, `{n,}` and `{n,m}`; anything else in braces is text to re2.
  Repetition take_bounds() {
    take("{");
    const auto least = take_digits();
    if (take(",")) take_digits();
    if (least.empty() || !take("}")) give_up();
    const bool is_required = least.find_first_not_of('0') != std::string_view::npos;
    return is_required ? Repetition::AtLeastOnce : Repetition::MaybeNever;
  }

  std::string_view take_digits() {
    const auto* const end = std::ranges::find_if_not(rest_, base::is_digit);
    const auto digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(digits.size());
    return digits;
  }
};

}  // namespace

std::vector<LiteralChoice> required_literals(std::string_view pattern) {
  return Analysis(pattern).run();
}

}  // namespace weir::mapping
