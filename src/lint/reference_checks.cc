// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lint/checks.h"
#include "weir/base/ascii.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

namespace {

// More unused captures are not named one by one.
constexpr std::size_t kNamedMax = 9;

// A name or label value of a rule, and where it is.
struct Place {
  const mapping::NameTemplate& text;
  rulefile::Position position;
};

std::vector<Place> places_of(const Subject& subject) {
  std::vector<Place> places;
  places.reserve(subject.rule->labels.size() + 1);
  places.push_back({subject.rule->name, subject.position("name")});
  const auto* const labels = subject.value("labels");
  for (const auto& label : subject.rule->labels) {
    const auto* const value = labels == nullptr ? nullptr : find_value(*labels, label.name);
    places.push_back({label.value, value == nullptr ? subject.entry->position : value->position});
  }
  return places;
}

// The references without braces in a text: what comes after each `$`.
std::vector<std::string_view> bare_references(std::string_view text) {
  std::vector<std::string_view> references;
  for (auto dollar = text.find('$'); dollar != std::string_view::npos;
       dollar = text.find('$', dollar + 1)) {
    const auto rest = text.substr(dollar + 1);
    const auto end = std::ranges::find_if_not(rest, base::is_word) - rest.begin();
    if (end > 0) references.push_back(rest.substr(0, static_cast<std::size_t>(end)));
  }
  return references;
}

bool is_number(std::string_view text) { return std::ranges::all_of(text, base::is_digit); }

void check_two_digits(const Place& place, Findings& findings) {
  for (const auto reference : bare_references(place.text.source())) {
    if (reference.size() != 2 || !is_number(reference) || reference[0] == '0') continue;
    // Of others the loader says that they are always empty.
    const auto tens = static_cast<std::size_t>(reference[0] - '0');
    const auto ones = static_cast<std::size_t>(reference[1] - '0');
    if (!place.text.refers_to(10 * tens + ones)) continue;
    findings.add("reference-two-digits", place.position,
                 fmt::format("statsd_exporter may read `${}` as `${}` and a `{}`", reference,
                             reference[0], reference[1]),
                 fmt::format("write `${{{}}}`", reference));
  }
}

// Whether a reference without braces has another one directly after it.
bool has_adjacent_references(std::string_view text) {
  const auto references = bare_references(text);
  return std::ranges::any_of(references, [text](std::string_view reference) {
    const auto end = static_cast<std::size_t>(reference.data() - text.data()) + reference.size();
    return end < text.size() && text[end] == '$';
  });
}

void check_difference(const Place& place, Findings& findings) {
  const std::string_view text = place.text.source();
  if (has_adjacent_references(text)) {
    findings.add("template-differs", place.position,
                 fmt::format("statsd_exporter makes nothing of `{}`", rulefile::printable(text)),
                 "put braces around the numbers: `${1}${2}`");
  } else if (text.find('%') != std::string_view::npos && text.find('$') != std::string_view::npos) {
    findings.add("template-differs", place.position,
                 "statsd_exporter takes the `%` for the begin of a format", "leave it out");
  }
}

bool is_used(std::size_t capture, const std::vector<Place>& places) {
  return std::ranges::any_of(
      places, [capture](const Place& place) { return place.text.refers_to(capture); });
}

void check_unused(const Subject& subject, const std::vector<Place>& places, Findings& findings) {
  if (is_used(0, places)) return;
  const auto captures = subject.captures();
  std::vector<std::string> unused;
  for (std::size_t i = 1; i <= captures && unused.size() < kNamedMax; ++i) {
    if (!is_used(i, places)) unused.push_back(fmt::format("${}", i));
  }
  if (unused.empty()) return;
  const auto* const hint = subject.is_regex()
                               ? "put it into a label, or write `(?:...)` for a group"
                               : "put it into a label, unless names are to be added up";
  findings.add("capture-unused", subject.position("match"),
               fmt::format("nothing refers to {}", fmt::join(unused, ", ")), hint);
}

void check_name(const Subject& subject, Findings& findings) {
  if (subject.has_fixed_name()) return;
  const auto captures = subject.captures();
  for (std::size_t i = 0; i <= captures; ++i) {
    if (!subject.rule->name.refers_to(i)) continue;
    findings.add("capture-in-name", subject.position("name"),
                 fmt::format("`${}` makes a metric of each of its values", i),
                 "put it into a label");
    return;
  }
}

}  // namespace

void check_references(const File& file, Findings& findings) {
  for (const auto& subject : file.rules) {
    if (subject.is_drop()) continue;
    const auto places = places_of(subject);
    check_unused(subject, places, findings);
    check_name(subject, findings);
    if (subject.is_regex()) continue;
    for (const auto& place : places) {
      check_two_digits(place, findings);
      check_difference(place, findings);
    }
  }
}

}  // namespace weir::lint
