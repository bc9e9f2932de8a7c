// SPDX-License-Identifier: Apache-2.0
#include "mapping/findings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "weir/base/escape.h"
#include "weir/mapping/config_error.h"

namespace weir::mapping {

namespace {

constexpr std::size_t kShownBytesMax = 200;

auto place_of(const Diagnostic& diagnostic) {
  return std::tuple(diagnostic.line, diagnostic.column);
}

}  // namespace

std::string shown(std::string_view text) {
  auto out = base::visible(base::beginning_of(text, kShownBytesMax));
  if (text.size() > kShownBytesMax) out += "...";
  return out;
}

Findings::Findings(std::string file) : file_(std::move(file)) {}

void Findings::fault(Place place, std::string message, std::string hint) {
  fault(DiagnosticKind::InvalidValue, place, std::move(message), std::move(hint));
}

void Findings::fault(DiagnosticKind kind, Place place, std::string message, std::string hint) {
  ++fault_count_;
  if (kind == DiagnosticKind::UnknownKey) ++unknown_key_count_;
  keep(make(Severity::Error, kind, place, std::move(message), std::move(hint)), errors_);
}

void Findings::warn(DiagnosticKind kind, Place place, std::string message, std::string hint) {
  keep(make(Severity::Warning, kind, place, std::move(message), std::move(hint)), warnings_);
}

void Findings::warn_once(DiagnosticKind kind, Place place, std::string message, std::string hint) {
  auto diagnostic = make(Severity::Warning, kind, place, std::move(message), std::move(hint));
  const auto known = std::ranges::find_if(repeated_, [&](const Repeated& repeated) {
    return repeated.first.message == diagnostic.message;
  });
  if (known == repeated_.end()) {
    repeated_.push_back({std::move(diagnostic), 1});
    return;
  }
  ++known->places;
  if (place_of(diagnostic) < place_of(known->first)) known->first = std::move(diagnostic);
}

void Findings::throw_faults() const {
  if (fault_count_ > 0) throw ConfigError(listed(errors_));
}

std::vector<Diagnostic> Findings::warnings() const {
  auto kept = warnings_;
  for (const auto& [first, places] : repeated_) {
    auto diagnostic = first;
    if (places > 1) diagnostic.hint += fmt::format(" (the first of {} places)", places);
    keep(std::move(diagnostic), kept);
  }
  return listed(kept);
}

Diagnostic Findings::make(Severity severity, DiagnosticKind kind, Place place, std::string message,
                          std::string hint) const {
  return {severity, kind, file_, place.line, place.column, std::move(message), std::move(hint)};
}

// A place may be met more than once: aliases lead there from several others.
void Findings::keep(Diagnostic diagnostic, Kept& kept) {
  auto& sorted = kept.sorted;
  const auto place = place_of(diagnostic);
  const auto begin = std::ranges::lower_bound(sorted, place, {}, place_of);
  const auto end = std::ranges::upper_bound(sorted, place, {}, place_of);
  if (std::ranges::find(begin, end, diagnostic.message, &Diagnostic::message) != end) return;
  sorted.insert(end, std::move(diagnostic));
  if (sorted.size() <= kept.size_max) return;
  sorted.pop_back();
  ++kept.left_out;
}

std::vector<Diagnostic> Findings::listed(const Kept& kept) const {
  auto list = kept.sorted;
  if (kept.left_out > 0) {
    const auto* const what = kept.severity == Severity::Error ? "errors" : "warnings";
    auto message = fmt::format("{} more {} are not shown", kept.left_out, what);
    list.push_back(
        {kept.severity, DiagnosticKind::More, file_, 0, 0, std::move(message), "fix these first"});
  }
  return list;
}

}  // namespace weir::mapping
