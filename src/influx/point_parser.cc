// SPDX-License-Identifier: Apache-2.0
#include "weir/influx/point_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "weir/base/ascii.h"
#include "weir/base/number.h"
#include "weir/influx/tags.h"

namespace weir::influx {

namespace {

constexpr auto kNowhere = std::string_view::npos;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// As InfluxDB skips them, at the beginning of a line and of each of its parts.
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\0'; }

bool is_one_of(char c, std::string_view set) { return set.find(c) != kNowhere; }

std::int64_t nanoseconds_in(Precision precision) {
  switch (precision) {
    case Precision::Nanoseconds: return 1;
    case Precision::Microseconds: return 1'000;
    case Precision::Milliseconds: return 1'000'000;
    case Precision::Seconds: return kNanosecondsPerSecond;
    case Precision::Minutes: return 60 * kNanosecondsPerSecond;
    case Precision::Hours: return 3600 * kNanosecondsPerSecond;
  }
  return 1;
}

std::int64_t floor_seconds(std::int64_t nanoseconds) {
  const std::int64_t seconds = nanoseconds / kNanosecondsPerSecond;
  return seconds - (nanoseconds % kNanosecondsPerSecond < 0 ? 1 : 0);
}

// The parts of a line in their order. Each step returns false when it has found a fault.
class Scanner {
 public:
  Scanner(std::string_view line, Precision precision, std::vector<Field>& fields)
      : line_(line), precision_(precision), fields_(fields) {}

  [[nodiscard]] bool scan() {
    return scan_measurement() && scan_tags() && scan_fields() && scan_timestamp();
  }
  [[nodiscard]] const Point& point() const { return point_; }
  [[nodiscard]] const PointError& error() const { return error_; }

 private:
  bool fail(PointFault fault, std::string_view part = {}) {
    error_ = {fault, part};
    return false;
  }
  [[nodiscard]] bool is_at_end() const { return at_ >= line_.size(); }
  [[nodiscard]] bool is_at(std::string_view set) const {
    return !is_at_end() && is_one_of(line_[at_], set);
  }
  void skip_blanks() {
    while (!is_at_end() && is_blank(line_[at_])) ++at_;
  }

  bool scan_measurement() {
    if (is_at(",")) return fail(PointFault::MissingMeasurement);
    at_ = detail::find_unescaped(line_, 1, ", ");
    if (is_at_end()) return fail(PointFault::MissingFields);
    point_.measurement = line_.substr(0, at_);
    return true;
  }

  bool scan_tags() {
    const std::size_t begin = at_;
    while (is_at(",")) {
      ++at_;
      if (!scan_tag()) return false;
    }
    point_.tags = line_.substr(begin, at_ - begin);
    return true;
  }

  bool scan_tag() {
    if (is_at_end() || is_at(" ,=")) return fail(PointFault::MissingTagKey);
    at_ = detail::find_unescaped(line_, at_ + 1, " ,=");
    if (!is_at("=")) return fail(PointFault::MissingTagValue);
    ++at_;
    if (is_at_end() || is_at(", ")) return fail(PointFault::MissingTagValue);
    at_ = detail::find_unescaped(line_, at_ + 1, "=, ");
    if (is_at_end()) return fail(PointFault::MissingFields);
    return !is_at("=") || fail(PointFault::InvalidTagFormat);
  }

  bool scan_fields() {
    skip_blanks();
    do {
      Field field;
      if (!scan_field_key(field) || !scan_field_value(field)) return false;
      fields_.push_back(field);
      if (is_at_end() || is_at(" ")) break;
      if (!is_at(",")) return fail(PointFault::InvalidFieldFormat);
      ++at_;
    } while (true);
    point_.fields = fields_;
    return true;
  }

  bool scan_field_key(Field& field) {
    const std::size_t begin = at_;
    while (!is_at_end() && !is_at("=")) {
      if (is_at(", ")) return fail(PointFault::InvalidFieldFormat);
      at_ += line_[at_] == '\\' && at_ + 1 < line_.size() ? 2 : 1;
    }
    if (is_at_end()) return fail(PointFault::InvalidFieldFormat);
    field.key = line_.substr(begin, at_ - begin);
    ++at_;
    return !field.key.empty() || fail(PointFault::MissingFieldKey);
  }

  bool scan_field_value(Field& field) {
    if (is_at_end() || is_at(", ")) return fail(PointFault::MissingFieldValue);
    if (is_at("\"")) return scan_text(field);
    const std::size_t end = std::min(line_.find_first_of(", ", at_), line_.size());
    const std::string_view text = line_.substr(at_, end - at_);
    at_ = end;
    const bool is_number = base::is_digit(text.front()) || is_one_of(text.front(), ".-Nn");
    return is_number ? read_number(text, field) : read_boolean(text, field);
  }

  bool scan_text(Field& field) {
    field.is_text = true;
    ++at_;
    while (!is_at_end() && !is_at("\"")) {
      at_ += line_[at_] == '\\' && at_ + 1 < line_.size() ? 2 : 1;
    }
    if (is_at_end()) return fail(PointFault::UnbalancedQuotes);
    ++at_;
    return true;
  }

  bool read_number(std::string_view text, Field& field) {
    if (text.back() == 'i') return read_integer<std::int64_t>(text, field);
    if (text.back() == 'u') return read_integer<std::uint64_t>(text, field);
    // Of the numbers that `parse_number` takes, those without letters, signs aside.
    if (text.find_first_not_of("0123456789.eE+-") != kNowhere) {
      return fail(PointFault::InvalidNumber);
    }
    const base::Number number = base::parse_number(text);
    field.value = number.value;
    return number.fault == base::NumberFault::None || fail(PointFault::InvalidNumber);
  }

  template <typename Integer>
  bool read_integer(std::string_view text, Field& field) {
    text.remove_suffix(1);
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) return fail(PointFault::IntegerRange, text);
    field.value = static_cast<double>(value);
    const bool is_whole = error == std::errc() && end == text.data() + text.size();
    return is_whole || fail(PointFault::InvalidNumber);
  }

  bool read_boolean(std::string_view text, Field& field) {
    constexpr std::array<std::string_view, 5> kTrue = {"t", "T", "true", "True", "TRUE"};
    constexpr std::array<std::string_view, 5> kFalse = {"f", "F", "false", "False", "FALSE"};
    const bool is_true = std::ranges::find(kTrue, text) != kTrue.end();
    field.value = is_true ? 1 : 0;
    const bool is_boolean = is_true || std::ranges::find(kFalse, text) != kFalse.end();
    return is_boolean || fail(PointFault::InvalidBoolean);
  }

  bool scan_timestamp() {
    skip_blanks();
    if (is_at_end()) return true;
    const std::size_t end = std::min(line_.find(' ', at_), line_.size());
    const std::string_view text = line_.substr(at_, end - at_);
    at_ = end;
    const std::string_view digits = text.substr(text.front() == '-' ? 1 : 0);
    if (digits.empty() || !std::ranges::all_of(digits, base::is_digit)) {
      return fail(PointFault::BadTimestamp);
    }
    if (line_.find_first_not_of(' ', at_) != kNowhere) {
      return fail(PointFault::TextAfterTimestamp);
    }
    return read_timestamp(text);
  }

  bool read_timestamp(std::string_view text) {
    // The two lowest and the highest number are none, as in InfluxDB.
    constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max() - 1;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    std::int64_t nanoseconds = 0;
    if (error != std::errc() ||
        __builtin_mul_overflow(value, nanoseconds_in(precision_), &nanoseconds) ||
        nanoseconds > kLatest || nanoseconds < -kLatest) {
      return fail(PointFault::TimestampRange);
    }
    point_.unix_seconds = floor_seconds(nanoseconds);
    return true;
  }

  std::string_view line_;
  Precision precision_;
  std::vector<Field>& fields_;
  std::size_t at_ = 0;
  Point point_;
  PointError error_{PointFault::MissingFields};
};

}  // namespace

// InfluxDB counts the same to know a quote of a field's value from one of a key.
std::string_view take_line(std::string_view& text) {
  bool is_in_fields = false;
  bool is_quoted = false;
  std::size_t equals = 0;
  std::size_t commas = 0;
  std::size_t at = 0;
  for (; at < text.size() && (text[at] != '\n' || is_quoted); ++at) {
    const char c = text[at];
    if (c == '\\' && at + 2 < text.size()) {
      ++at;
    } else if (c == ' ') {
      is_in_fields = true;
    } else if (is_in_fields && c == '"') {
      is_quoted = is_quoted != (equals > commas);
    } else if (is_in_fields && !is_quoted) {
      equals += c == '=' ? 1 : 0;
      commas += c == ',' ? 1 : 0;
    }
  }
  const std::string_view line = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return line;
}

std::string_view content_of(std::string_view line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line.starts_with('#') ? std::string_view() : line;
}

base::Result<Point, PointError> PointParser::parse(std::string_view line, Precision precision) {
  if (line.size() > line_bytes_max_) return PointError{PointFault::LineTooLong};
  fields_.clear();
  Scanner scanner(line, precision, fields_);
  if (!scanner.scan()) return scanner.error();
  const Point& point = scanner.point();
  if (point.fields.size() * (point.measurement.size() + point.tags.size()) > kKeyBytesMax) {
    return PointError{PointFault::TooManyFields};
  }
  return point;
}

}  // namespace weir::influx
