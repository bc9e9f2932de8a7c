// SPDX-License-Identifier: Apache-2.0
#include "weir/wavefront/line_writer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "weir/base/ascii.h"
#include "weir/base/number.h"
#include "weir/metrics/label_body.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::wavefront {

namespace {

// What the proxy takes, in bytes, by its defaults.
constexpr std::size_t kNameMax = 1023;
constexpr std::size_t kSourceMax = 1023;
constexpr std::size_t kTagMax = 254;  // key and value together
constexpr std::string_view kSourceLabel = "source";

bool is_of_names(char c) {
  return base::is_word(c) || c == '-' || c == '.' || c == '/' || c == ',';
}

void append_name(std::string& out, std::string_view name) {
  for (const char c : name) {
    // One for a character, however many bytes it has.
    constexpr unsigned kContinuation = 0x80;
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == kContinuation;
    if (!continues) out += is_of_names(c) ? c : '_';
  }
}

// A label value as the body has it, in quotes and with escapes.
void append_label_value(std::string& out, std::string_view quoted) {
  const std::string_view escaped = quoted.substr(1, quoted.size() - 2);
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    if (escaped[at] != '\\') {
      out += escaped[at];
      continue;
    }
    ++at;
    out += escaped[at] == 'n' ? '\n' : escaped[at];
  }
}

// Between double quotes. A backslash before the closing one would escape it.
void append_quoted(std::string& out, std::string_view value) {
  while (value.ends_with('\\')) value.remove_suffix(1);
  out += '"';
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < ' ') {
      out += ' ';
    } else {
      if (c == '"') out += '\\';
      out += c;
    }
  }
  out += '"';
}

std::string milliseconds_text(base::UnixTime time) {
  using std::chrono::milliseconds;
  return std::to_string(std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count());
}

}  // namespace

LineWriter::LineWriter(const WriterTarget& target)
    : target_(target), time_(milliseconds_text(target.time)) {}

void LineWriter::on_family(const metrics::FamilyReading& family) {
  type_ = family.type;
  name_.clear();
  append_name(name_, target_.prefix);
  append_name(name_, family.name);
}

void LineWriter::on_series(const metrics::SeriesReading& series) {
  begin_series(series);
  switch (type_) {
    case metrics::Type::Counter:
    case metrics::Type::Gauge: return write({}, series.value);
    case metrics::Type::Summary: return write_summary(series);
    case metrics::Type::Histogram: return write_histogram(series);
  }
}

void LineWriter::write_summary(const metrics::SeriesReading& series) {
  for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
    // A window without observations has none.
    if (std::isnan(series.quantiles[i])) continue;
    write({}, "quantile", series.objectives[i].quantile, series.quantiles[i]);
  }
  write(metrics::kSum, series.sum);
  write(metrics::kCount, static_cast<double>(series.count));
}

void LineWriter::write_histogram(const metrics::SeriesReading& series) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < series.bucket_counts.size(); ++i) {
    below += series.bucket_counts[i];
    const bool is_last = i == series.bounds.size();
    write(metrics::kBucket, "le",
          is_last ? std::numeric_limits<double>::infinity() : series.bounds[i],
          static_cast<double>(below));
  }
  write(metrics::kSum, series.sum);
  write(metrics::kCount, static_cast<double>(series.observations()));
}

void LineWriter::begin_series(const metrics::SeriesReading& series) {
  tail_.clear();
  source_.assign(target_.source);
  is_too_long_ = false;
  metrics::visit_labels(series.labels, [this](std::string_view name, std::string_view quoted) {
    text_.clear();
    append_label_value(text_, quoted);
    // A blank value is none to the proxy.
    if (std::ranges::all_of(text_, [](char c) { return c == ' '; })) return;
    if (name == kSourceLabel) {
      source_ = text_;
    } else if (!append_tag(name, text_)) {
      is_too_long_ = true;
    }
  });
  is_too_long_ = is_too_long_ || source_.size() > kSourceMax;
  std::string head = " ";
  head += series.timestamp ? milliseconds_text(*series.timestamp) : time_;
  head += " source=";
  append_quoted(head, source_);
  tail_.insert(0, head);
}

bool LineWriter::append_tag(std::string_view name, std::string_view value) {
  if (name.starts_with('"')) name = name.substr(1, name.size() - 2);
  if (name.size() + value.size() > kTagMax) return false;
  tail_ += " \"";
  append_name(tail_, name);
  tail_ += "\"=";
  append_quoted(tail_, value);
  return true;
}

void LineWriter::write(std::string_view suffix, std::string_view key, double number, double value) {
  if (!std::isfinite(value)) {
    ++target_.counts.not_finite;
    return;
  }
  if (is_too_long_ || name_.size() + suffix.size() > kNameMax) {
    ++target_.counts.too_long;
    return;
  }
  std::string& out = target_.out;
  out += '"';
  out += name_;
  out += suffix;
  out += "\" ";
  base::append_number(out, value);
  out += tail_;
  if (!key.empty()) {
    out += " \"";
    out += key;
    out += "\"=\"";
    base::append_number(out, number);
    out += '"';
  }
  out += '\n';
  ++target_.counts.lines;
}

}  // namespace weir::wavefront
