// SPDX-License-Identifier: Apache-2.0
// What weir makes of the lines whose outcome in the reference is known. Both sides are compared as
// text, in the notation of the table:
//   "LINE" => [EVENTS] samples=N tags=N tagerr=N err=[REASON=N,...]
// line-differences.txt has the rows in which weir differs, each block under the decision that says
// so.
#include <cctype>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "weir/base/number.h"
#include "weir/metrics/naming.h"
#include "weir/statsd/line_parser.h"
#include "weir/statsd/tag_parser.h"

namespace weir::statsd {
namespace {

constexpr std::size_t kDifferencesMax = 30;
constexpr std::string_view kArrow = " => ";

struct Row {
  std::string quoted;
  std::string outcome;
};

std::optional<Row> row_of(const std::string& line) {
  const auto arrow = line.find(kArrow);
  if (!line.starts_with('"') || arrow == std::string::npos) return std::nullopt;
  return Row{line.substr(0, arrow), line.substr(arrow + kArrow.size())};
}

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream input(std::string(WEIR_GOLDEN_DIR) + "/" + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(input, line);) lines.push_back(line);
  return lines;
}

std::vector<Row> rows_of(const std::string& file) {
  std::vector<Row> rows;
  for (const auto& line : lines_of(file)) {
    if (const auto row = row_of(line)) rows.push_back(*row);
  }
  return rows;
}

// Undoes the quoting, of which the table needs only `\xHH`, `\r` and `\"`.
std::string unquoted(std::string_view quoted) {
  constexpr int kHex = 16;
  std::string text;
  for (std::size_t at = 1; at + 1 < quoted.size(); ++at) {
    if (quoted[at] != '\\') {
      text += quoted[at];
    } else if (quoted[++at] == 'x') {
      text += static_cast<char>(std::stoi(std::string(quoted.substr(at + 1, 2)), nullptr, kHex));
      at += 2;
    } else {
      text += quoted[at] == 'r' ? '\r' : quoted[at];
    }
  }
  return text;
}

using Labels = std::map<std::string, std::string>;

std::string braced(const Labels& labels) {
  std::string text;
  for (const auto& [key, value] : labels) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", key, value);
  }
  return "{" + text + "}";
}

// Writes down what is said about one line.
class Transcript : public LineVisitor {
 public:
  explicit Transcript(std::string_view line) : line_(line) {}

  std::string outcome() {
    LineParser(dialects_, {}).parse(line_, *this);
    if (has_name_) count_name_errors();
    std::string errors;
    for (const auto& [reason, count] : errors_) {
      errors += (errors.empty() ? "" : ",") + reason + "=" + std::to_string(count);
    }
    return "[" + events_ + "] samples=" + std::to_string(samples_) +
           " tags=" + std::to_string(tags_) + " tagerr=" + std::to_string(tag_errors_) + " err=[" +
           errors + "]";
  }

  void on_attempt() override { ++samples_; }
  void on_sample(const sample::Sample& sample) override {
    const auto labels = labels_of(sample);
    events_ += events_.empty() ? "" : "; ";
    if (sample.weight != 1) events_ += std::to_string(sample.weight) + "x ";
    if (std::exchange(is_capped_, false)) events_ += "capped ";
    events_ += kind_of(sample) + " \"" + name_ + "\" ";
    base::append_number(
        events_, sample.kind == sample::SampleKind::Timer ? sample.value / 1000 : sample.value);
    events_ += " " + braced(labels);
  }
  void on_unknown_type(const sample::Sample& sample, std::string_view type) override {
    labels_of(sample);
    on_rejection(Rejection::IllegalEvent, type);
  }
  void on_rejection(Rejection rejection, std::string_view) override {
    ++errors_[std::string(reason(rejection))];
    if (rejection == Rejection::MalformedLine) has_name_ = false;
  }
  void on_weight_capped() override { is_capped_ = true; }
  void on_message(Message message) override {
    has_name_ = false;
    events_ += message == Message::Event ? "event" : "service check";
  }

 private:
  static std::string kind_of(const sample::Sample& sample) {
    if (sample::event_kind(sample.kind) == sample::EventKind::Counter) return "counter";
    if (sample::event_kind(sample.kind) == sample::EventKind::Observer) return "observer";
    return sample.is_relative ? "gauge(rel)" : "gauge";
  }

  // The labels of a sample; counts them as tags, and their errors.
  Labels labels_of(const sample::Sample& sample) {
    Labels labels;
    const auto keep = [&](std::string_view key, std::string_view value) {
      std::string escaped;
      metrics::append_escaped_name(escaped, key);
      labels[escaped] = value;
    };
    std::uint32_t name_errors = 0;
    const auto bare = parse_name_tags(sample.name, dialects_, keep, name_errors);
    name_ = std::string(bare.head) + std::string(bare.tail);
    parse_field_tags(sample.fields, dialects_, keep, tag_errors_);
    if (!labels.empty()) ++tags_;
    return labels;
  }

  // Malformed name tags count once per line, whatever becomes of its samples.
  void count_name_errors() {
    const auto name = line_.substr(0, line_.find(':'));
    parse_name_tags(
        name, dialects_, [](std::string_view, std::string_view) {}, tag_errors_);
  }

  std::string_view line_;
  Dialects dialects_;
  bool has_name_ = true;
  bool is_capped_ = false;
  std::string name_;
  std::string events_;
  std::uint32_t samples_ = 0;
  std::uint32_t tags_ = 0;
  std::uint32_t tag_errors_ = 0;
  std::map<std::string, std::uint32_t> errors_;
};

std::string outcome_in_weir(const Row& row) {
  const std::string line = unquoted(row.quoted);
  return Transcript(line).outcome();
}

std::map<std::string, std::string> differences() {
  std::map<std::string, std::string> outcomes;
  for (const auto& row : rows_of("line-differences.txt")) outcomes[row.quoted] = row.outcome;
  return outcomes;
}

TEST(LineCases, AgreeWithTheReferenceUnlessListed) {
  constexpr std::size_t kRows = 148;
  const auto listed = differences();
  const auto rows = rows_of("line-cases.txt");

  EXPECT_EQ(rows.size(), kRows);
  for (const auto& row : rows) {
    if (!listed.contains(row.quoted)) {
      EXPECT_EQ(outcome_in_weir(row), row.outcome) << row.quoted;
    }
  }
}

TEST(LineCases, DifferAsListed) {
  for (const auto& row : rows_of("line-differences.txt")) {
    EXPECT_EQ(outcome_in_weir(row), row.outcome) << row.quoted;
  }
}

TEST(LineCases, ListOnlyWhatDiffers) {
  std::map<std::string, std::string> reference;
  for (const auto& row : rows_of("line-cases.txt")) reference[row.quoted] = row.outcome;

  for (const auto& row : rows_of("line-differences.txt")) {
    ASSERT_TRUE(reference.contains(row.quoted)) << row.quoted;
    EXPECT_NE(reference[row.quoted], outcome_in_weir(row)) << row.quoted << " differs no more";
  }
}

TEST(LineCases, ListFewDifferencesAndEachOnce) {
  const auto rows = rows_of("line-differences.txt");

  EXPECT_FALSE(rows.empty());
  EXPECT_LE(rows.size(), kDifferencesMax);
  EXPECT_EQ(rows.size(), differences().size());
}

TEST(LineCases, ListEachDifferenceUnderADecision) {
  bool has_decision = false;
  for (const auto& line : lines_of("line-differences.txt")) {
    if (line.empty()) {
      has_decision = false;
    } else if (line.starts_with('Q')) {
      has_decision = line.size() > 1 && std::isdigit(static_cast<unsigned char>(line[1])) != 0 &&
                     line.find(": ") != std::string::npos;
    } else if (!line.starts_with('#')) {
      EXPECT_TRUE(row_of(line).has_value()) << line;
      EXPECT_TRUE(has_decision) << line;
    }
  }
}

}  // namespace
}  // namespace weir::statsd
