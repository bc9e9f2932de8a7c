// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "page_lines.h"

namespace weir::exposition {

// A strict reader of the text formats, which shares nothing with their writers. Throws on what is
// not exactly as a page is written: one space between two words, no other comments, no timestamps.
class TextPage {
 public:
  // `is_openmetrics`: counts are integers, the page ends in `# EOF`, and HELP escapes quotes.
  TextPage(std::string_view page, bool is_openmetrics)
      : rest_(page), is_openmetrics_(is_openmetrics) {}

  PageLines read() {
    while (!rest_.empty()) read_line();
    end_family();
    if (is_openmetrics_ && !has_ended_) throw std::runtime_error("no # EOF");
    return std::move(lines_);
  }

 private:
  void read_line() {
    if (has_ended_) throw std::runtime_error("a line follows # EOF");
    if (take("# EOF\n")) {
      if (!is_openmetrics_) throw std::runtime_error("# EOF");
      has_ended_ = true;
    } else if (take("# HELP ")) {
      begin_family(name());
      expect(" ");
      help_ = escaped(is_openmetrics_ ? "\"" : "", '\n');
    } else if (take("# TYPE ")) {
      begin_family(name());
      expect(" ");
      type_ = word('\n');
    } else if (take("# UNIT ")) {
      begin_family(name());
      expect(" ");
      unit_ = word('\n');
    } else {
      read_sample();
    }
  }

  void begin_family(const std::string& name) {
    if (name != family_ || has_samples_) end_family();
    family_ = name;
  }

  void end_family() {
    if (!family_.empty())
      lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(family_begins_),
                    family_line(family_, type_, help_, unit_));
    family_begins_ = lines_.size();
    family_.clear();
    type_.clear();
    help_.clear();
    unit_.clear();
    has_samples_ = false;
  }

  void read_sample() {
    has_samples_ = true;
    Labels labels;
    std::optional<double> bound;
    std::string sample = rest_.starts_with('{') ? "" : name();
    if (take("{")) read_labels(sample, labels, bound);
    expect(" ");
    const std::string value = word('\n');
    const double number = parsed(value);
    const bool is_count = (type_ == "histogram" || type_ == "summary") &&
                          (sample.ends_with("_count") || sample.ends_with("_bucket"));
    lines_.push_back(
        sample_line(sample, labels, bound, is_count && is_openmetrics_ ? value : spelled(number)));
  }

  void read_labels(std::string& sample, Labels& labels, std::optional<double>& bound) {
    if (sample.empty()) {
      expect("\"");
      sample = escaped("\"", '"');
      if (!take("}")) expect(",");
      if (rest_.starts_with(' ')) return;
    }
    do {
      const std::string label = name();
      expect("=\"");
      const std::string value = escaped("\"", '"');
      if (label == "le" || label == "quantile") {
        bound = parsed(value);
      } else if (!labels.emplace(label, value).second) {
        throw std::runtime_error("a label twice: " + label);
      }
    } while (take(","));
    expect("}");
  }

  // Of a metric or a label, quoted or not.
  std::string name() {
    if (take("\"")) return escaped("\"", '"');
    const std::size_t end = rest_.find_first_of(" {=\n,}\"");
    const std::string text(rest_.substr(0, end));
    if (text.empty() || end == std::string_view::npos) throw std::runtime_error("no name");
    rest_.remove_prefix(end);
    return text;
  }

  // Up to `end`, which is passed too. A backslash, a newline and each of `others` are escaped.
  std::string escaped(std::string_view others, char end) {
    std::string text;
    while (!rest_.empty() && rest_.front() != end) {
      const char character = rest_.front();
      rest_.remove_prefix(1);
      if (character == '\n') throw std::runtime_error("a newline in a text");
      if (others.find(character) != std::string_view::npos) throw std::runtime_error("not escaped");
      text += character == '\\' ? unescaped(others) : character;
    }
    if (rest_.empty()) throw std::runtime_error("a text without an end");
    rest_.remove_prefix(1);
    return text;
  }

  char unescaped(std::string_view others) {
    const char code = rest_.empty() ? ' ' : rest_.front();
    if (code != '\\' && code != 'n' && others.find(code) == std::string_view::npos) {
      throw std::runtime_error("an unknown escape");
    }
    rest_.remove_prefix(1);
    return code == 'n' ? '\n' : code;
  }

  std::string word(char end) {
    const std::size_t size = rest_.find(end);
    if (size == std::string_view::npos || size == 0) throw std::runtime_error("no word");
    const std::string text(rest_.substr(0, size));
    if (text.find(' ') != std::string::npos) throw std::runtime_error("a space in: " + text);
    rest_.remove_prefix(size + 1);
    return text;
  }

  static double parsed(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end != '\0' || text.empty()) throw std::runtime_error("not a number: " + text);
    return value;
  }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void expect(std::string_view text) {
    if (!take(text)) {
      throw std::runtime_error("not '" + std::string(text) +
                               "': " + std::string(rest_.substr(0, 60)));
    }
  }

  std::string_view rest_;
  const bool is_openmetrics_;
  bool has_ended_ = false;
  bool has_samples_ = false;
  std::string family_;
  std::string type_;
  std::string help_;
  std::string unit_;
  std::size_t family_begins_ = 0;
  PageLines lines_;
};

}  // namespace weir::exposition
