// SPDX-License-Identifier: Apache-2.0
#include "weir/mappingtest/page_sample.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "weir/base/ascii.h"
#include "weir/base/number.h"
#include "weir/metrics/naming.h"

namespace weir::mappingtest {

namespace {

constexpr std::string_view kNoName =
    "a series begins with its name, of letters, digits, `_` and `:`, or has it in quotes in braces";
constexpr std::string_view kNoLabel = "a label is written `name=\"value\"`";

bool is_in_metric_name(char c) { return base::is_word(c) || c == ':'; }
bool is_not_blank(char c) { return !base::is_blank(c); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && base::is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && base::is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Reads a line from left to right. What reads a part of it returns false where that part is wrong.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(trimmed(text)) { sample_.text = rest_; }

  base::Result<PageSample, PageSampleFault> read() {
    if (!read_name() || !read_labels() || !read_value() || !read_time())
      return PageSampleFault{fault_};
    return sample_;
  }

 private:
  bool fault(std::string_view what) {
    fault_ = what;
    return false;
  }

  template <class Predicate>
  std::string_view take_while(Predicate is_taken) {
    const auto end = std::ranges::find_if_not(rest_, is_taken);
    const auto taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  // Of what may have blanks around it.
  bool take(char c) {
    take_while(base::is_blank);
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    take_while(base::is_blank);
    return true;
  }

  bool read_name() {
    if (!rest_.empty() && base::is_digit(rest_.front())) return fault(kNoName);
    sample_.name = take_while(is_in_metric_name);
    return true;
  }

  bool read_labels() {
    if (take('{')) {
      while (!take('}')) {
        if (!read_label()) return false;
        if (!take(',') && !rest_.starts_with('}')) {
          return fault("labels have a `,` between them and a `}` at the end");
        }
      }
    }
    if (sample_.name.empty()) return fault(kNoName);
    std::ranges::sort(sample_.labels);
    const auto repeated = std::ranges::adjacent_find(sample_.labels, {}, &PageSample::Label::name);
    return repeated == sample_.labels.end() || fault("it has a label twice");
  }

  // Or the name of the series.
  bool read_label() {
    std::string name;
    const bool is_quoted = rest_.starts_with('"');
    if (!is_quoted) {
      name = take_while(base::is_word);
    } else if (!read_quoted(name)) {
      return false;
    }
    if (!take('=')) {
      if (!is_quoted || !sample_.name.empty()) return fault(kNoLabel);
      sample_.name = std::move(name);
      return true;
    }
    std::string value;
    if (name.empty() || !rest_.starts_with('"')) return fault(kNoLabel);
    if (!read_quoted(value)) return false;
    sample_.labels.push_back({std::move(name), std::move(value)});
    return true;
  }

  // From one double quote to the next.
  bool read_quoted(std::string& text) {
    bool is_escaped = false;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (is_escaped) {
        text += c == 'n' ? '\n' : c;
        is_escaped = false;
      } else if (c == '\\') {
        is_escaped = true;
      } else if (c == '"') {
        rest_.remove_prefix(at + 1);
        return true;
      } else {
        text += c;
      }
    }
    return fault("a double quote is missing");
  }

  bool read_value() {
    take_while(base::is_blank);
    const auto text = take_while(is_not_blank);
    if (text.empty()) return fault("there is no value behind the series");
    const auto number = base::parse_number(text);
    if (number.fault == base::NumberFault::Syntax) return fault("its value is not a number");
    sample_.value = number.value;
    return true;
  }

  bool read_time() {
    take_while(base::is_blank);
    if (rest_.empty()) return true;
    std::int64_t time = 0;
    const char* const end = rest_.data() + rest_.size();
    const auto [read_to, error] = std::from_chars(rest_.data(), end, time);
    if (error != std::errc{} || read_to != end) {
      return fault("behind its value there can only be a time in milliseconds");
    }
    sample_.time = time;
    return true;
  }

  std::string_view rest_;
  PageSample sample_;
  std::string_view fault_;
};

template <class Predicate>
std::string key_with(const PageSample& sample, Predicate is_wanted) {
  std::string key;
  metrics::append_label_name(key, sample.name);
  for (const auto& label : sample.labels) {
    if (!is_wanted(label.name)) continue;
    key += ',';
    metrics::append_label_name(key, label.name);
    key += "=\"";
    metrics::append_escaped_label_value(key, label.value);
    key += '"';
  }
  return key;
}

}  // namespace

base::Result<PageSample, PageSampleFault> parse_page_sample(std::string_view text) {
  return Reader(text).read();
}

std::string key_of(const PageSample& sample) {
  return key_with(sample, [](std::string_view) { return true; });
}

std::string key_of_parts(const PageSample& sample) {
  return key_with(sample, [](std::string_view name) { return name != "le" && name != "quantile"; });
}

}  // namespace weir::mappingtest
