// SPDX-License-Identifier: Apache-2.0
#include "passthrough/prometheus_parser.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "weir/base/ascii.h"
#include "weir/metrics/sample_suffix.h"

namespace weir::passthrough {

namespace {

using metrics::without_suffix;

std::optional<FamilyType> type_of(std::string_view word) {
  for (const auto type : {FamilyType::Untyped, FamilyType::Counter, FamilyType::Gauge,
                          FamilyType::Summary, FamilyType::Histogram}) {
    if (base::equals_ignoring_case(word, type_word(type))) return type;
  }
  return std::nullopt;
}

}  // namespace

base::Result<std::vector<Family>, ParseError> PrometheusParser::parse() {
  while (true) {
    scanner_.skip_blanks();
    if (scanner_.is_at_end()) return families_.take();
    if (!read_line()) return scanner_.error();
  }
}

bool PrometheusParser::read_line() {
  if (scanner_.take_line_end()) return true;
  return scanner_.take('#') ? read_comment() : read_sample();
}

bool PrometheusParser::read_comment() {
  scanner_.skip_blanks();
  const auto keyword = scanner_.take_until_blank_or_line_end();
  const bool is_help = keyword == "HELP";
  if (!is_help && keyword != "TYPE") scanner_.take_rest_of_line();
  scanner_.skip_blanks();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  if (scanner_.take_line_end()) return true;
  const auto name = scanner_.take_metric_name();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  if (scanner_.take_line_end()) return true;
  if (!scanner_.is_at_blank()) return scanner_.fail("invalid metric name in comment");
  OpenFamily& open = family_of(name);
  scanner_.skip_blanks();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  if (scanner_.take_line_end()) return true;
  return is_help ? read_help(open) : read_type(open);
}

bool PrometheusParser::read_help(OpenFamily& open) {
  if (open.has_help) {
    return scanner_.fail("second HELP line for metric name " + quoted(open.family.name));
  }
  open.has_help = true;
  return scanner_.take_help(open.family.help, false) && scanner_.take_line_end();
}

bool PrometheusParser::read_type(OpenFamily& open) {
  if (open.has_type) {
    return scanner_.fail(
        fmt::format("second TYPE line for metric name {}, or TYPE reported after samples",
                    quoted(open.family.name)));
  }
  const auto word = scanner_.take_rest_of_line();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  const auto type = type_of(word);
  if (!type) return scanner_.fail("unknown metric type " + quoted(word));
  open.family.type = *type;
  open.has_type = true;
  return scanner_.take_line_end();
}

bool PrometheusParser::read_sample() {
  const auto name = scanner_.take_metric_name();
  if (name.empty()) return scanner_.fail("invalid metric name");
  OpenFamily& open = family_of(name);
  open.has_type = true;
  scanner_.skip_blanks();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  Sample sample;
  sample.name = name;
  if (!lines_.read_labels(open.family.name, open.family.type, sample)) return false;
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  if (!lines_.read_value(sample)) return false;
  if (!scanner_.is_at('\n') && !read_timestamp(sample)) return false;
  scanner_.take_line_end();
  open.family.samples.push_back(std::move(sample));
  return lines_.count_sample();
}

bool PrometheusParser::read_timestamp(Sample& sample) {
  scanner_.skip_blanks();
  const auto text = scanner_.take_until_blank_or_line_end();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  std::int64_t time = 0;
  const char* const end = digits.data() + digits.size();
  const auto [read_to, error] = std::from_chars(digits.data(), end, time);
  if (error != std::errc{} || read_to != end) {
    return scanner_.fail("expected integer as timestamp, got " + quoted(text));
  }
  sample.timestamp_ms = time;
  const auto rest = scanner_.take_rest_of_line();
  if (scanner_.is_at_end()) return scanner_.fail_at_end();
  return rest.empty() || scanner_.fail("spurious string after timestamp: " + quoted(rest));
}

OpenFamily& PrometheusParser::family_of(std::string_view name) {
  if (OpenFamily* const same = families_.find(name); same != nullptr) return *same;
  constexpr std::array kSuffixes{metrics::kCount, metrics::kSum, metrics::kBucket};
  for (const auto suffix : kSuffixes) {
    const auto owner = without_suffix(name, suffix);
    OpenFamily* const open = owner.empty() ? nullptr : families_.find(owner);
    if (open == nullptr) continue;
    if (open->family.type == FamilyType::Histogram) return *open;
    if (open->family.type == FamilyType::Summary && suffix != metrics::kBucket) return *open;
  }
  return families_.find_or_add(name);
}

}  // namespace weir::passthrough
