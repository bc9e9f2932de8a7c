// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/regex_progress.h"

#include <string>
#include <vector>

#include "mapping/regex/regex_reader.h"
#include "weir/base/ascii.h"
#include "weir/mapping/regex.h"

namespace weir::mapping {

namespace {

// A longer one takes long to compile.
constexpr std::size_t kRegexBytesMax = 1'000;

// A place at which a regex may end, and how many groups are open there.
struct Cut {
  std::size_t place = 0;
  std::size_t open_groups = 0;
};

// Finds all places between two items that follow each other in every match.
class CutReader : private RegexReader {
 public:
  explicit CutReader(std::string_view regex) : RegexReader(regex), size_(regex.size()) {}

  // Empty when the regex has syntax that is not known.
  std::vector<Cut> run() {
    take_sequence(0);
    return is_whole() ? std::move(cuts_) : std::vector<Cut>();
  }

 private:
  void take_sequence(std::size_t depth) {
    while (!rest_.empty() && rest_.front() != ')') {
      const auto cuts_before = cuts_.size();
      take_item(depth);
      // What is repeated, or may be left out, is not a part of every match up to a place in it.
      if (take_repetition()) cuts_.resize(cuts_before);
      cuts_.push_back({size_ - rest_.size(), depth});
    }
  }

  void take_item(std::size_t depth) {
    switch (rest_.front()) {
      case '(': return take_group(depth);
      case '[': return take_class();
      case '\\': return take_escape();
      case '|':
      case '*':
      case '+':
      case '?': return give_up();
      default: rest_.remove_prefix(1);
    }
    // The other bytes of the same character.
    while (!rest_.empty() && (static_cast<unsigned char>(rest_.front()) & 0xC0U) == 0x80U) {
      rest_.remove_prefix(1);
    }
  }

  void take_group(std::size_t depth) {
    rest_.remove_prefix(1);
    if (depth + 1 == kDepthMax) return give_up();
    if (take("?P<") || take("?<")) {
      const auto end = rest_.find('>');
      if (end == std::string_view::npos) return give_up();
      rest_.remove_prefix(end + 1);
    } else if (take("?") && !take(":")) {
      return give_up();
    }
    take_sequence(depth + 1);
    if (!take(")")) give_up();
  }

  void take_class() {
    rest_.remove_prefix(1);
    static_cast<void>(take("^"));
    static_cast<void>(take("]"));
    while (!rest_.empty() && rest_.front() != ']') {
      if (rest_.starts_with("[:") || rest_.size() < 2) return give_up();
      rest_.remove_prefix(rest_.front() == '\\' ? 2 : 1);
    }
    if (!take("]")) give_up();
  }

  // A character, or a class of one letter.
  void take_escape() {
    constexpr std::string_view kLonger = "pPQEx01234567";
    if (rest_.size() < 2 || kLonger.find(rest_[1]) != std::string_view::npos) return give_up();
    rest_.remove_prefix(2);
  }

  bool take_repetition() {
    if (!is_at_repetition()) return false;
    if (rest_.front() == '{') {
      const auto end = rest_.find('}');
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
    } else {
      rest_.remove_prefix(1);
    }
    static_cast<void>(take("?"));
    return true;
  }

  std::size_t size_;
  std::vector<Cut> cuts_;
};

// Where in `name` a match of `regex` up to `cut` ends; nothing when it does not match.
std::optional<std::size_t> match_end(std::string_view regex, const Cut& cut,
                                     std::string_view name) {
  const Regex beginning(std::string(regex.substr(0, cut.place)) +
                        std::string(cut.open_groups, ')'));
  std::vector<std::string_view> captures;
  if (!beginning.error().empty() || !beginning.match(name, captures)) return std::nullopt;
  return static_cast<std::size_t>(captures.front().data() - name.data()) + captures.front().size();
}

}  // namespace

std::optional<RegexProgress> regex_progress(std::string_view regex, std::string_view name) {
  if (regex.size() > kRegexBytesMax) return std::nullopt;
  const auto cuts = CutReader(regex).run();
  if (cuts.empty()) return std::nullopt;
  // Where a longer beginning matches, a shorter one does.
  RegexProgress progress;
  std::size_t matching = 0;
  std::size_t end = cuts.size();
  while (matching < end) {
    const auto middle = matching + (end - matching) / 2;
    if (const auto place = match_end(regex, cuts[middle], name)) {
      progress = {cuts[middle].place, *place};
      matching = middle + 1;
    } else {
      end = middle;
    }
  }
  return progress;
}

}  // namespace weir::mapping
