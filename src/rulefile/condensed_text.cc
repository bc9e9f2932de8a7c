// SPDX-License-Identifier: Apache-2.0
#include "rulefile/condensed_text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "weir/base/ascii.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

namespace {

constexpr auto kNone = std::string_view::npos;

bool is_visible(char c) { return c >= ' ' && c <= '~'; }

// What a value is to YAML, as far as that is plain to see.
enum class ValueForm : std::uint8_t {
  Plain,         // a string or number without quotes
  DoubleQuoted,  // without escapes
  SingleQuoted,
  Literal,  // a list or map in brackets, a string with escapes, or null
  Other,
};

bool is_plain_value(std::string_view value) {
  constexpr std::string_view kBegins = "_$^(/.\\+";
  if (!base::is_word(value.front()) && kBegins.find(value.front()) == kNone) return false;
  // A mark of a map or comment, or something that YAML leaves out.
  if (value.ends_with(':') || value.ends_with(' ')) return false;
  return value.find(": ") == kNone && value.find(" #") == kNone;
}

bool is_quoted(std::string_view value, char quote, std::string_view escapes) {
  if (value.size() < 2 || value.front() != quote || value.back() != quote) return false;
  return value.substr(1, value.size() - 2).find_first_of(escapes) == kNone;
}

// Whether it is to be read with the item each time, as no word stands in for it. It may be anything
// on one line but what would name a node, refer to one or merge it.
bool is_literal(std::string_view value) {
  constexpr std::string_view kBegins = "[{\"'";
  constexpr std::string_view kEnds = "]}\"'";
  const auto kind = kBegins.find(value.front());
  return kind != kNone && value.size() > 1 && value.back() == kEnds[kind] &&
         value.find_first_of("&*!<") == kNone;
}

ValueForm form_of(std::string_view value) {
  if (!std::ranges::all_of(value, is_visible)) return ValueForm::Other;
  if (value == "null" || value == "Null" || value == "NULL" || value == "~") {
    return ValueForm::Literal;
  }
  if (is_plain_value(value)) return ValueForm::Plain;
  if (is_quoted(value, '"', "\"\\")) return ValueForm::DoubleQuoted;
  if (is_quoted(value, '\'', "'")) return ValueForm::SingleQuoted;
  return is_literal(value) ? ValueForm::Literal : ValueForm::Other;
}

bool is_value(ValueForm form) { return form != ValueForm::Literal && form != ValueForm::Other; }

// Blank, or a comment.
bool is_empty(std::string_view line) {
  const auto begin = line.find_first_not_of(' ');
  return begin == kNone || line[begin] == '#';
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// Where what is after the dash at `dash` begins.
std::size_t after_dash(std::string_view line, std::size_t dash) {
  return std::min(line.find_first_not_of(' ', dash + 1), line.size());
}

// Where what is after all dashes begins; the indent of a line without.
std::size_t content_begin(std::string_view line) {
  auto begin = indent_of(line);
  while (line.substr(begin).starts_with("- ")) begin = after_dash(line, begin);
  return begin;
}

// `- key: value`, `key: value`, `key:` or `- value`.
struct ItemLine {
  std::string_view before;  // all up to the value
  std::string_view value;
  ValueForm form = ValueForm::Other;
};

std::size_t key_size(std::string_view content) {
  const auto end = std::ranges::find_if_not(content, base::is_word);
  return static_cast<std::size_t>(end - content.begin());
}

// Nothing for a line of any other kind.
std::optional<ItemLine> read_line(std::string_view line) {
  const auto content = content_begin(line);
  const auto key_end = content + key_size(line.substr(content));
  if (key_end > content && line.substr(key_end) == ":") {
    return ItemLine{line, {}, ValueForm::Literal};
  }
  std::size_t value = content;
  if (key_end > content && line.substr(key_end).starts_with(": ")) {
    value = line.find_first_not_of(' ', key_end + 1);
  } else if (content == indent_of(line)) {
    return std::nullopt;
  }
  if (value >= line.size()) return std::nullopt;
  const auto form = form_of(line.substr(value));
  if (form == ValueForm::Other) return std::nullopt;
  return ItemLine{line.substr(0, value), line.substr(value), form};
}

std::string_view without_quotes(const ItemLine& line) {
  return line.form == ValueForm::Plain ? line.value : line.value.substr(1, line.value.size() - 2);
}

class Condenser {
 public:
  explicit Condenser(std::string_view text) : text_(text), rest_(text) {}

  std::optional<CondensedText> run() {
    while (!rest_.empty()) {
      if (!take_item()) write_line(next_line());
      if (is_too_large()) return std::nullopt;
    }
    if (out_.items.empty()) return std::nullopt;
    // A block scalar at its end is another one with a line break.
    if (!text_.ends_with('\n') && out_.text.ends_with('\n')) out_.text.pop_back();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view first_line() const { return rest_.substr(0, rest_.find('\n')); }

  // Each line of an item and each value is a node at least.
  [[nodiscard]] bool is_too_large() const {
    return std::max(lines_.size(), out_.values.size() + out_.repeated.size()) >
           YamlDocument::kNodesMax;
  }

  std::string_view next_line() {
    const auto line = first_line();
    rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
    ++line_number_;
    return line;
  }

  void write_line(std::string_view line) {
    run_indent_ = kNone;
    out_.text += line;
    out_.text += '\n';
  }

  // Reads the lines of an item that begins here; false when there is none, or one that has to stay.
  bool take_item() {
    const auto begin = rest_;
    const auto indent = indent_of(first_line());
    if (!first_line().substr(indent).starts_with("- ")) return false;
    const auto number = line_number_;
    if (read_item(indent)) {
      write_item(number);
      return true;
    }
    run_indent_ = kNone;
    out_.text += begin.substr(0, begin.size() - rest_.size());
    return true;
  }

  // All up to the next line that is not further in than `indent`. False when not every line can be
  // read, or when the item does not end in a value: only of a value is it sure where it ends.
  bool read_item(std::size_t indent) {
    lines_.clear();
    bool is_readable = true;
    do {
      const auto line = next_line();
      lines_.emplace_back(is_empty(line) ? ItemLine{{}, {}, ValueForm::Literal} : ItemLine());
      if (is_empty(line)) continue;
      const auto read = read_line(line);
      if (read) lines_.back() = *read;
      is_readable = is_readable && read;
    } while (!rest_.empty() && !is_too_large() &&
             (is_empty(first_line()) || indent_of(first_line()) > indent));
    if (is_too_large()) return false;
    empty_lines_ = 0;
    for (; lines_.back().before.empty() && is_readable; lines_.pop_back()) ++empty_lines_;
    return is_readable && is_value(lines_.back().form);
  }

  void write_item(std::size_t number) {
    shape_.clear();
    for (const auto& line : lines_) {
      shape_ += line.before;
      write_value(line);
      shape_ += '\n';
    }
    // What yaml-cpp thinks of an item may depend on what could not be read before it.
    const auto [shape, is_new] = shapes_.try_emplace(shape_, 0);
    const bool is_first = is_new || run_indent_ == kNone;
    if (is_first) shape->second = shape_count_++;
    const auto line = lines_.front().before;
    const auto indent = indent_of(line);
    const auto content = after_dash(line, indent);
    // No list ends before a dash that is as far in as its own.
    const bool is_next = !is_first && is_left_out_ && run_indent_ == indent;
    is_left_out_ = !is_first;
    out_.items.push_back({{number, content + 1}, shape->second, is_first, is_next});
    run_indent_ = indent;
    if (!is_first) keep_values();
    if (is_next) return leave_out();
    is_first ? write_first(number) : write_repeated(content);
    out_.text.append(empty_lines_, '\n');
  }

  void write_value(const ItemLine& line) {
    switch (line.form) {
      case ValueForm::Plain: shape_ += CondensedText::kStandIn; return;
      case ValueForm::DoubleQuoted:
        (shape_ += '"') += CondensedText::kStandIn;
        shape_ += '"';
        return;
      case ValueForm::SingleQuoted:
        (shape_ += '\'') += CondensedText::kStandIn;
        shape_ += '\'';
        return;
      case ValueForm::Literal:
      case ValueForm::Other: shape_ += line.value; return;
    }
  }

  void write_first(std::size_t number) {
    out_.text += shape_;
    for (const auto& line : lines_) {
      if (is_value(line.form)) {
        out_.values.push_back({{number, line.before.size() + 1},
                               without_quotes(line),
                               line.form == ValueForm::Plain});
      }
      ++number;
    }
  }

  void write_repeated(std::size_t content) {
    out_.text += std::string_view(shape_).substr(0, content);
    out_.text += CondensedText::kStandIn;
    out_.text.append(lines_.size(), '\n');
  }

  void keep_values() {
    for (const auto& line : lines_) {
      if (is_value(line.form)) out_.repeated.push_back(without_quotes(line));
    }
  }

  // The item that was read.
  void leave_out() {
    lines_left_out_ += lines_.size() + empty_lines_;
    const auto next = line_number_ - lines_left_out_;
    if (out_.gaps.empty() || out_.gaps.back().line != next) out_.gaps.push_back({next, 0});
    out_.gaps.back().lines = lines_left_out_;
  }

  std::string_view text_;
  std::string_view rest_;
  // Of the line that comes next.
  std::size_t line_number_ = 1;
  std::size_t lines_left_out_ = 0;
  // The item in hand, line by line, without those after its last one; of an empty line nothing is
  // kept.
  std::vector<ItemLine> lines_;
  // How many empty ones come after it.
  std::size_t empty_lines_ = 0;
  // Of the dash of the last item, where no other line came after it; whether that is not written
  // out.
  std::size_t run_indent_ = kNone;
  bool is_left_out_ = false;
  std::string shape_;
  std::unordered_map<std::string, std::size_t> shapes_;
  std::size_t shape_count_ = 0;
  CondensedText out_;
};

}  // namespace

std::size_t CondensedText::line_in_file(std::size_t line) const {
  const auto after = std::ranges::upper_bound(gaps, line, {}, &Gap::line);
  return after == gaps.begin() ? line : line + std::prev(after)->lines;
}

std::optional<CondensedText> condense(std::string_view text) {
  // Beside a tab, what is in a line and what is empty would be less plain.
  if (text.find('\r') != kNone || text.find('\t') != kNone) return std::nullopt;
  return Condenser(text).run();
}

}  // namespace weir::rulefile
