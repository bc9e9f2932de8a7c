// SPDX-License-Identifier: Apache-2.0
#include "push/consistency.h"

#include <string_view>

#include <fmt/format.h>

#include "weir/base/ascii.h"
#include "weir/base/escape.h"
#include "weir/base/number.h"

namespace weir::push {

namespace {

using passthrough::FamilyType;

void append_number(std::string& out, std::string_view name, double value) {
  out.append(name).append(":");
  base::append_number(out, value);
  out += ' ';
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(":");
  base::append_quoted(out, value);
  out += ' ';
}

void append_value(std::string& out, const passthrough::Series& series, FamilyType type) {
  const bool is_histogram = type == FamilyType::Histogram;
  if (!is_histogram && type != FamilyType::Summary)
    return append_number(out, "value", series.value);
  append_number(out, "sample_count", static_cast<double>(series.count));
  append_number(out, "sample_sum", series.sum);
  for (const auto& point : series.points) {
    out += is_histogram ? "bucket:<" : "quantile:<";
    if (is_histogram) append_number(out, "cumulative_count", point.value);
    append_number(out, is_histogram ? "upper_bound" : "quantile", point.at);
    if (!is_histogram) append_number(out, "value", point.value);
    out += "> ";
  }
}

}  // namespace

std::string shown_series(const StoredFamily& family, std::size_t series) {
  // An answer, not a page.
  constexpr std::size_t kShownMax = 2048;
  const auto& shown = family.series[series];
  std::string out;
  base::append_quoted(out, family.name);
  out += " { ";
  for (const auto& label : shown.labels) {
    out += "label:<";
    append_text(out, "name", label.name);
    append_text(out, "value", label.value);
    out += "> ";
  }
  out.append(passthrough::type_word(family.type)).append(":<");
  append_value(out, shown, family.type);
  out += "> }";
  return std::string(base::beginning_of(out, kShownMax));
}

std::string shown_type(FamilyType type) {
  std::string word(passthrough::type_word(type));
  for (char& c : word) c = static_cast<char>(base::is_lower(c) ? c - 'a' + 'A' : c);
  return word;
}

}  // namespace weir::push
