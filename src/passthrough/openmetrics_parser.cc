// SPDX-License-Identifier: Apache-2.0
#include "passthrough/openmetrics_parser.h"

#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "weir/metrics/sample_suffix.h"

namespace weir::passthrough {

namespace {

using metrics::without_suffix;

constexpr std::string_view kInfo = "_info";
constexpr std::string_view kGaugeCount = "_gcount";
constexpr std::string_view kGaugeSum = "_gsum";
constexpr std::array kSuffixes{metrics::kTotal, metrics::kCreated, metrics::kCount,
                               metrics::kSum,   metrics::kBucket,  kInfo,
                               kGaugeCount,     kGaugeSum};

}  // namespace

base::Result<std::vector<Family>, ParseError> OpenMetricsParser::parse() {
  while (!has_ended_) {
    scanner_.skip_blanks();
    if (scanner_.is_at_end()) {
      scanner_.fail("the last line is not # EOF");
      return scanner_.error();
    }
    if (!read_line()) return scanner_.error();
  }
  return families_.take();
}

bool OpenMetricsParser::read_line() {
  if (scanner_.take_line_end()) return true;
  return scanner_.take('#') ? read_comment() : read_sample();
}

bool OpenMetricsParser::read_comment() {
  scanner_.skip_blanks();
  const auto keyword = scanner_.take_until_blank_or_line_end();
  if (keyword == "EOF") return read_end();
  if (keyword == "HELP" || keyword == "TYPE") {
    scanner_.skip_blanks();
    const auto name = scanner_.take_metric_name();
    if (name.empty()) return scanner_.fail("invalid metric name in comment");
    if (scanner_.is_at_blank()) {
      scanner_.skip_blanks();
      Metadata& metadata = metadata_[name];
      if (!(keyword == "HELP" ? scanner_.take_help(metadata.help, true) : read_type(metadata))) {
        return false;
      }
    }
  }
  scanner_.take_rest_of_line();
  return scanner_.take_line_end() || scanner_.fail_at_end();
}

bool OpenMetricsParser::read_end() {
  scanner_.take_line_end();
  if (!scanner_.is_at_end()) return scanner_.fail("there is more after # EOF");
  has_ended_ = true;
  return true;
}

bool OpenMetricsParser::read_type(Metadata& metadata) {
  constexpr std::array<std::pair<std::string_view, Type>, 8> kTypes{
      {{"unknown", Type::Unknown},
       {"counter", Type::Counter},
       {"gauge", Type::Gauge},
       {"summary", Type::Summary},
       {"histogram", Type::Histogram},
       {"gaugehistogram", Type::GaugeHistogram},
       {"info", Type::Info},
       {"stateset", Type::StateSet}}};
  const auto word = scanner_.take_rest_of_line();
  if (metadata.has_type) return scanner_.fail("second TYPE line for one metric name");
  for (const auto& [name, type] : kTypes) {
    if (name != word) continue;
    metadata.type = type;
    metadata.has_type = true;
    return true;
  }
  return scanner_.fail("unknown metric type " + quoted(word));
}

bool OpenMetricsParser::read_sample() {
  const auto name = scanner_.take_metric_name();
  if (name.empty()) return scanner_.fail("invalid metric name");
  const Place place = place_of(name);
  scanner_.skip_blanks();
  Sample sample;
  sample.name = name;
  if (!lines_.read_labels(place.family, place.type, sample)) return false;
  if (!lines_.read_value(sample) || !read_timestamp(sample)) return false;
  if (!scanner_.take_line_end()) return scanner_.fail_at_end();
  if (place.is_dropped) return true;
  OpenFamily& open = families_.find_or_add(place.family);
  if (open.family.samples.empty()) {
    open.family.type = place.type;
    if (place.metadata != nullptr) open.family.help = place.metadata->help;
  } else if (open.family.type != place.type) {
    return scanner_.fail("TYPE reported after samples of metric name " + quoted(place.family));
  }
  open.family.samples.push_back(std::move(sample));
  return lines_.count_sample();
}

// The time, in seconds, and the exemplar: both need not be there.
bool OpenMetricsParser::read_timestamp(Sample& sample) {
  constexpr double kMillisecondsPerSecond = 1000;
  // Whole milliseconds are exact below.
  constexpr double kSecondsMax = 9e12;
  scanner_.skip_blanks();
  if (!scanner_.is_at('#') && !scanner_.is_at('\n')) {
    const auto text = scanner_.take_until_blank_or_line_end();
    double seconds = 0;
    if (!read_number(text, seconds) || !(std::abs(seconds) <= kSecondsMax)) {
      return scanner_.fail("expected seconds as timestamp, got " + quoted(text));
    }
    sample.timestamp_ms = std::llround(seconds * kMillisecondsPerSecond);
    scanner_.skip_blanks();
  }
  if (scanner_.take('#')) scanner_.take_rest_of_line();
  return scanner_.is_at_end() || scanner_.is_at('\n') ||
         scanner_.fail("spurious string after timestamp");
}

const OpenMetricsParser::Metadata* OpenMetricsParser::find(std::string_view name) const {
  const auto place = metadata_.find(name);
  return place == metadata_.end() ? nullptr : &place->second;
}

OpenMetricsParser::Place OpenMetricsParser::place_of(std::string_view name) const {
  if (const Metadata* const same = find(name); same != nullptr) return place_in(name, name, *same);
  for (const auto suffix : kSuffixes) {
    const auto owner = without_suffix(name, suffix);
    const Metadata* const metadata = owner.empty() ? nullptr : find(owner);
    if (metadata != nullptr) return place_in(name, owner, *metadata);
  }
  return {name};
}

OpenMetricsParser::Place OpenMetricsParser::place_in(std::string_view name, std::string_view owner,
                                                     const Metadata& metadata) {
  const auto suffix = name.substr(owner.size());
  const bool is_created = suffix == metrics::kCreated;
  const bool is_total = suffix == metrics::kSum || suffix == metrics::kCount;
  switch (metadata.type) {
    case Type::Counter:
      if (!is_created && !suffix.empty() && suffix != metrics::kTotal) break;
      return {name, FamilyType::Counter, &metadata, is_created};
    case Type::Summary:
      if (!is_created && !is_total && !suffix.empty()) break;
      return {owner, FamilyType::Summary, &metadata, is_created};
    case Type::Histogram:
      if (!is_created && !is_total && suffix != metrics::kBucket) break;
      return {owner, FamilyType::Histogram, &metadata, is_created};
    case Type::Gauge:
      if (!suffix.empty()) break;
      return {name, FamilyType::Gauge, &metadata};
    case Type::Info:
    case Type::StateSet: return {name, FamilyType::Gauge, &metadata};
    case Type::GaugeHistogram:
    case Type::Unknown: return {name, FamilyType::Untyped, &metadata};
  }
  return {name};
}

}  // namespace weir::passthrough
