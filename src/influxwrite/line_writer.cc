// SPDX-License-Identifier: Apache-2.0
#include "influxwrite/line_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "weir/base/number.h"
#include "weir/metrics/label_body.h"

namespace weir::influxwrite {

namespace {

// Of measurement and tags, as InfluxDB has it.
constexpr std::size_t kKeyBytesMax = 65'535;
constexpr std::string_view kMeasurementSpecials = ", ";
constexpr std::string_view kTagSpecials = ",= ";
// Refused, or taken for something else, as the key of a tag.
constexpr std::array<std::string_view, 4> kReservedKeys = {"time", "_time", "_field",
                                                           "_measurement"};

std::string text_of(base::UnixTime time) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return " " + std::to_string(ms) + "\n";
}

void append_character(std::string& out, char c, std::string_view specials) {
  if (c == '\n') c = ' ';
  if (specials.find(c) != std::string_view::npos) out += '\\';
  out += c;
}

// A backslash is itself unless one of the special characters follows, which the end of the text
// does. None is cut that escapes: a special character would be the last then.
void cut_backslashes(std::string& out, std::size_t start) {
  while (out.size() > start && out.back() == '\\') out.pop_back();
}

// `text` is as in a label body, without its quotes.
void append_tag_text(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '\\' && at + 1 < text.size()) c = text[++at] == 'n' ? '\n' : text[at];
    append_character(out, c, kTagSpecials);
  }
  cut_backslashes(out, start);
}

std::string_view without_quotes(std::string_view text) {
  return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
}

// Appends nothing without a value: InfluxDB has no empty ones.
void append_tag(std::string& out, std::string_view name, std::string_view value) {
  const std::size_t start = out.size();
  out += ',';
  append_tag_text(out, name);
  if (std::ranges::find(kReservedKeys, name) != kReservedKeys.end()) out += '_';
  out += '=';
  const std::size_t value_start = out.size();
  append_tag_text(out, value);
  if (out.size() == value_start) out.resize(start);
}

}  // namespace

void append_measurement(std::string& out, std::string_view name) {
  const std::size_t start = out.size();
  for (const char c : name) append_character(out, c, kMeasurementSpecials);
  cut_backslashes(out, start);
  // A line that begins so is a comment.
  if (out.size() > start && out[start] == '#') out[start] = '_';
}

LineWriter::LineWriter(LineTarget target) : target_(target), time_(text_of(target.time)) {}

void LineWriter::begin(std::string_view measurement, std::string_view labels,
                       std::span<const ExtraTag> extras) {
  start_ = target_.out.size();
  target_.out += measurement;
  append_tags(labels, extras);
  key_end_ = target_.out.size();
  has_field_ = false;
}

void LineWriter::append_tags(std::string_view labels, std::span<const ExtraTag> extras) {
  auto next = extras.begin();
  metrics::visit_labels(labels, [&](std::string_view quoted_name, std::string_view value) {
    const std::string_view name = without_quotes(quoted_name);
    for (; next != extras.end() && next->name <= name; ++next) {
      append_tag(target_.out, next->name, next->value);
    }
    const bool is_replaced = std::ranges::find(extras, name, &ExtraTag::name) != extras.end();
    if (!is_replaced) append_tag(target_.out, name, without_quotes(value));
  });
  for (; next != extras.end(); ++next) append_tag(target_.out, next->name, next->value);
}

void LineWriter::field(std::string_view name, double value) {
  if (!std::isfinite(value)) {
    ++target_.counts.not_finite;
    return;
  }
  target_.out += has_field_ ? ',' : ' ';
  target_.out.append(name).push_back('=');
  base::append_number(target_.out, value);
  has_field_ = true;
}

void LineWriter::end(std::optional<base::UnixTime> time) {
  const bool is_too_long = key_end_ - start_ > kKeyBytesMax;
  if (is_too_long && has_field_) ++target_.counts.too_long;
  if (is_too_long || !has_field_) {
    target_.out.resize(start_);
    return;
  }
  target_.out += time ? text_of(*time) : time_;
  ++target_.counts.points;
}

}  // namespace weir::influxwrite
