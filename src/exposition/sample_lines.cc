// SPDX-License-Identifier: Apache-2.0
#include "exposition/sample_lines.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <chrono>
#include <limits>

#include "exposition/created_time.h"
#include "exposition/name_escaping.h"
#include "weir/base/bytes.h"
#include "weir/base/number.h"
#include "weir/metrics/naming.h"

namespace weir::exposition {
namespace {

static_assert(kSampleNumberMax >= base::kNumberTextMax + 2);

char* put(char* at, std::string_view text) {
  return base::copy_bytes(at, text.data(), text.size());
}

char* put(char* at, char c) {
  *at = c;
  return at + 1;
}

// Whether the text of `value` is digits and a sign alone; also not `NaN` and `+Inf`. Most values
// are known to be so by themselves: what is smaller than this has no exponent.
bool looks_integral(double value, const char* from, const char* end) {
  constexpr double kNoExponentBelow = 1e6;
  if (value >= 0 && value < kNoExponentBelow) {
    return static_cast<double>(static_cast<std::uint32_t>(value)) == value;
  }
  return std::all_of(from, end, [](char c) { return c != '.' && c < 'A'; });
}

}  // namespace

char* write_sample_number(char* to, double value, NumberForm form) {
  char* const end = base::write_number(to, value);
  if (form == NumberForm::Prometheus || !looks_integral(value, to, end)) return end;
  return put(end, ".0");
}

std::span<const std::string> NumberLabels::of_bounds(std::span<const double> bounds) {
  if (is_of_bounds_ && std::ranges::equal(bounds, numbers_)) return labels_;
  is_of_bounds_ = true;
  numbers_.assign(bounds.begin(), bounds.end());
  labels_.clear();
  for (const double bound : bounds) write("le", bound);
  write("le", std::numeric_limits<double>::infinity());
  return labels_;
}

std::span<const std::string> NumberLabels::of_objectives(
    std::span<const metrics::Objective> objectives) {
  if (!is_of_bounds_ && std::ranges::equal(objectives, numbers_, {}, &metrics::Objective::quantile))
    return labels_;
  is_of_bounds_ = false;
  numbers_.clear();
  labels_.clear();
  for (const auto& objective : objectives) {
    numbers_.push_back(objective.quantile);
    write("quantile", objective.quantile);
  }
  return labels_;
}

void NumberLabels::write(std::string_view name, double number) {
  std::array<char, kSampleNumberMax> text;
  std::string& label = labels_.emplace_back(name);
  label += "=\"";
  label.append(text.data(), write_sample_number(text.data(), number, form_));
  label += '"';
}

void SampleLines::begin_family(std::string_view name) {
  is_quoted_ = !is_legacy_metric_name(name);
  if (!is_quoted_) {
    shown_name_ = name;
    name_ = shown_name_;
    return;
  }
  shown_name_ = '"';
  metrics::append_escaped_label_value(shown_name_, name);
  shown_name_ += '"';
  name_ = std::string_view(shown_name_).substr(0, shown_name_.size() - 1);
}

void SampleLines::write_metadata(std::string_view begin, std::string_view text) {
  assert(size_ == 0);
  // A space and the end of the line.
  const std::size_t needed = begin.size() + shown_name_.size() + text.size() + 2;
  if (lines_.size() < needed) lines_.resize(2 * needed);
  char* at = put(put(put(lines_.data(), begin), shown_name_), ' ');
  at = put(put(at, text), '\n');
  out_.append(lines_.data(), static_cast<std::size_t>(at - lines_.data()));
}

std::size_t SampleLines::rest_size(std::string_view suffix) const {
  // Braces, a quote, commas, a space and the end of the line.
  constexpr std::size_t kPunctuation = 8;
  return name_.size() + suffix.size() + kPunctuation + kSampleNumberMax;
}

char* SampleLines::put_begin(char* at, std::string_view suffix, std::string_view labels,
                             std::string_view last_label) const {
  bool is_first = true;
  const auto put_label = [&](std::string_view label) {
    if (label.empty()) return;
    at = put(at, is_first ? '{' : ',');
    at = put(at, label);
    is_first = false;
  };
  if (is_quoted_) {
    at = put(at, '{');
    at = put(put(put(at, name_), suffix), '"');
    is_first = false;
  } else {
    at = put(put(at, name_), suffix);
  }
  put_label(labels);
  put_label(last_label);
  if (!is_first) at = put(at, '}');
  return put(at, ' ');
}

char* SampleLines::begin_line(std::string_view suffix, std::string_view last_label) {
  const std::size_t needed = rest_size(suffix) + labels_.size() + last_label.size();
  if (lines_.size() - size_ < needed) lines_.resize(2 * (size_ + needed));
  return put_begin(lines_.data() + size_, suffix, labels_, last_label);
}

void SampleLines::end_line(char* end) {
  *end = '\n';
  size_ = static_cast<std::size_t>(end + 1 - lines_.data());
}

void SampleLines::write(std::string_view suffix, std::string_view last_label, double value) {
  end_line(write_sample_number(begin_line(suffix, last_label), value, form_));
}

void SampleLines::write_text(std::string_view suffix, std::string_view number) {
  assert(number.size() <= kSampleNumberMax);
  end_line(put(begin_line(suffix, {}), number));
}

void SampleLines::write_count(std::string_view suffix, std::string_view last_label,
                              std::uint64_t count) {
  char* const at = begin_line(suffix, last_label);
  end_line(form_ == NumberForm::Prometheus ? base::write_number(at, static_cast<double>(count))
                                           : std::to_chars(at, at + kSampleNumberMax, count).ptr);
}

void SampleLines::write_gauge(const metrics::SeriesReading& series) {
  write("", series.value);
  if (series.timestamp) add_time(*series.timestamp);
}

// To the line that was written last: milliseconds, in OpenMetrics seconds.
void SampleLines::add_time(base::UnixTime time) {
  const std::int64_t number =
      form_ == NumberForm::Prometheus
          ? unix_milliseconds(time)
          : std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  if (lines_.size() - size_ < kSampleNumberMax) lines_.resize(size_ + kSampleNumberMax);
  char* const at = put(lines_.data() + size_ - 1, ' ');
  end_line(std::to_chars(at, lines_.data() + lines_.size(), number).ptr);
}

void SampleLines::end_series() {
  out_.append(lines_.data(), size_);
  size_ = 0;
}

}  // namespace weir::exposition
