// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "lint/checks.h"
#include "weir/base/ascii.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

namespace {

using sample::EventKind;

constexpr std::string_view kTotal = "_total";
constexpr auto kReserved = std::to_array<std::string_view>({"_count", "_sum", "_bucket"});
constexpr auto kMilliseconds = std::to_array<std::string_view>(
    {"_ms", "_msec", "_msecs", "_millis", "_millisecond", "_milliseconds"});
constexpr auto kTypes =
    std::to_array<std::string_view>({"_counter", "_gauge", "_timer", "_histogram", "_summary"});

// The end of a name, and the base unit that is meant.
struct Unit {
  std::string_view end;
  std::string_view base;
};
constexpr auto kUnits = std::to_array<Unit>({
    {"_us", "seconds"},
    {"_usec", "seconds"},
    {"_micros", "seconds"},
    {"_microseconds", "seconds"},
    {"_ns", "seconds"},
    {"_nanos", "seconds"},
    {"_nanoseconds", "seconds"},
    {"_minutes", "seconds"},
    {"_mins", "seconds"},
    {"_hours", "seconds"},
    {"_days", "seconds"},
    {"_bits", "bytes"},
    {"_kb", "bytes"},
    {"_mb", "bytes"},
    {"_gb", "bytes"},
    {"_tb", "bytes"},
    {"_kib", "bytes"},
    {"_mib", "bytes"},
    {"_gib", "bytes"},
    {"_kilobytes", "bytes"},
    {"_megabytes", "bytes"},
    {"_gigabytes", "bytes"},
    {"_pct", "ratio"},
    {"_percent", "ratio"},
    {"_percentage", "ratio"},
});

// "" when the name has none of these ends.
std::string_view end_among(std::string_view name, std::span<const std::string_view> ends) {
  const auto found =
      std::ranges::find_if(ends, [name](std::string_view end) { return name.ends_with(end); });
  return found == ends.end() ? std::string_view() : *found;
}

void check_ends(const Subject& subject, Findings& findings) {
  const auto position = subject.position("name");
  if (const auto end = end_among(subject.name(), kReserved); !end.empty()) {
    findings.add("name-suffix-reserved", position,
                 fmt::format("`{}` is the end of what histograms and summaries write", end),
                 end == "_count" ? "end counters in `_total`" : "leave it out");
  }
  if (const auto end = end_among(subject.name(), kTypes); !end.empty()) {
    findings.add("name-type-suffix", position, fmt::format("the name ends in its type, `{}`", end),
                 "leave it out");
  }
}

void check_total(const Subject& subject, Findings& findings) {
  const auto& rule = *subject.rule;
  if (!rule.kind) return;
  const bool is_counter = rule.kind == EventKind::Counter && !rule.is_up_down;
  const bool is_total = subject.name().ends_with(kTotal);
  if (is_counter && !is_total) {
    findings.add("counter-without-total", subject.position("name"),
                 "the name of this counter does not end in `_total`",
                 fmt::format("write {}_total", rulefile::printable(subject.name())));
  }
  if (!is_counter && is_total) {
    findings.add("total-without-counter", subject.position("name"),
                 "the name ends in `_total`, and this is no counter", "leave the end out");
  }
}

void add_unit(const Subject& subject, std::string_view end, std::string_view base,
              Findings& findings) {
  findings.add("name-base-unit", subject.position("name"), fmt::format("`{}` is no base unit", end),
               fmt::format("convert with `scale`, and end the name in `_{}`", base));
}

void check_unit(const Subject& subject, Findings& findings) {
  std::string_view name = subject.name();
  if (name.ends_with(kTotal)) name.remove_suffix(kTotal.size());
  if (const auto end = end_among(name, kMilliseconds); !end.empty()) {
    if (!subject.takes(EventKind::Observer) || subject.rule->scale) {
      if (!subject.takes(EventKind::Observer)) add_unit(subject, end, "seconds", findings);
      return;
    }
    findings.add("name-milliseconds", subject.position("name"),
                 fmt::format("the name ends in `{}`, and timers are in seconds", end),
                 subject.rule->kind
                     ? "end it in `_seconds`"
                     : "end it in `_seconds`, or set match_metric_type if it is not for timers");
    return;
  }
  const auto* const unit =
      std::ranges::find_if(kUnits, [name](const Unit& u) { return name.ends_with(u.end); });
  if (unit != kUnits.end()) add_unit(subject, unit->end, unit->base, findings);
}

// Whether there is a capital letter outside of references.
bool has_capital(std::string_view text) {
  bool is_reference = false;
  bool is_braced = false;
  for (const char c : text) {
    if (c == '$') {
      is_reference = true;
      is_braced = false;
    } else if (is_reference && c == '{') {
      is_braced = true;
    } else if (is_reference) {
      is_reference = is_braced ? c != '}' : base::is_word(c);
    }
    if (!is_reference && base::is_upper(c)) return true;
  }
  return false;
}

void check_letters(const Subject& subject, Findings& findings) {
  constexpr auto kHint = "write small letters, and `_` between words";
  if (has_capital(subject.name())) {
    findings.add("not-snake-case", subject.position("name"), "the name has capital letters", kHint);
  }
  for (const auto& label : subject.rule->labels) {
    if (std::ranges::none_of(label.name, base::is_upper)) continue;
    findings.add(
        "not-snake-case", subject.position_of_label(label.name),
        fmt::format("the label \"{}\" has capital letters", rulefile::printable(label.name)),
        kHint);
  }
}

}  // namespace

void check_names(const File& file, Findings& findings) {
  for (const auto& subject : file.rules) {
    if (subject.is_drop()) continue;
    check_ends(subject, findings);
    check_total(subject, findings);
    check_unit(subject, findings);
    check_letters(subject, findings);
  }
}

}  // namespace weir::lint
