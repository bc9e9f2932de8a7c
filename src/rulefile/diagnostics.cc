// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/diagnostics.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "weir/base/escape.h"
#include "weir/rulefile/config_error.h"

namespace weir::rulefile {

namespace {

constexpr std::size_t kShownBytesMax = 200;

auto position_of(const Diagnostic& diagnostic) {
  return std::tuple(diagnostic.line, diagnostic.column);
}

}  // namespace

std::string printable(std::string_view text) {
  auto out = base::visible(base::beginning_of(text, kShownBytesMax));
  if (text.size() > kShownBytesMax) out += "...";
  return out;
}

Diagnostics::Diagnostics(std::string file) : Diagnostics(std::move(file), Limits()) {}

Diagnostics::Diagnostics(std::string file, const Limits& limits)
    : file_(std::move(file)),
      errors_{Severity::Error, limits.errors_max, {}},
      warnings_{Severity::Warning, limits.warnings_max, {}} {}

void Diagnostics::error(Position position, std::string message, std::string hint) {
  error(DiagnosticKind::InvalidValue, position, std::move(message), std::move(hint));
}

void Diagnostics::error(DiagnosticKind kind, Position position, std::string message,
                        std::string hint) {
  ++error_count_;
  if (kind == DiagnosticKind::UnknownKey) ++unknown_key_count_;
  keep(make(Severity::Error, kind, position, std::move(message), std::move(hint)), errors_);
}

void Diagnostics::warn(DiagnosticKind kind, Position position, std::string message,
                       std::string hint) {
  keep(make(Severity::Warning, kind, position, std::move(message), std::move(hint)), warnings_);
}

void Diagnostics::warn_once(DiagnosticKind kind, Position position, std::string message,
                            std::string hint) {
  auto diagnostic = make(Severity::Warning, kind, position, std::move(message), std::move(hint));
  const auto known = std::ranges::find_if(repeated_, [&](const Repeated& repeated) {
    return repeated.first.message == diagnostic.message;
  });
  if (known == repeated_.end()) {
    repeated_.push_back({std::move(diagnostic), 1});
    return;
  }
  ++known->places;
  if (position_of(diagnostic) < position_of(known->first)) known->first = std::move(diagnostic);
}

void Diagnostics::throw_errors() const {
  if (error_count_ > 0) throw ConfigError(listed(errors_));
}

std::vector<Diagnostic> Diagnostics::warnings() const {
  auto kept = warnings_;
  for (const auto& [first, places] : repeated_) {
    auto diagnostic = first;
    if (places > 1) diagnostic.hint += fmt::format(" (the first of {} places)", places);
    keep(std::move(diagnostic), kept);
  }
  return listed(kept);
}

Diagnostic Diagnostics::make(Severity severity, DiagnosticKind kind, Position position,
                             std::string message, std::string hint) const {
  return {severity,           kind,           file_, position.line, position.column,
          std::move(message), std::move(hint)};
}

// A place may be met more than once: aliases lead there from several others.
void Diagnostics::keep(Diagnostic diagnostic, Kept& kept) {
  auto& sorted = kept.sorted;
  const auto position = position_of(diagnostic);
  const auto begin = std::ranges::lower_bound(sorted, position, {}, position_of);
  const auto end = std::ranges::upper_bound(sorted, position, {}, position_of);
  if (std::ranges::find(begin, end, diagnostic.message, &Diagnostic::message) != end) return;
  sorted.insert(end, std::move(diagnostic));
  if (sorted.size() <= kept.size_max) return;
  sorted.pop_back();
  ++kept.left_out;
}

std::vector<Diagnostic> Diagnostics::listed(const Kept& kept) const {
  auto list = kept.sorted;
  if (kept.left_out > 0) {
    const auto* const what = kept.severity == Severity::Error ? "errors" : "warnings";
    auto message = fmt::format("{} more {} are not shown", kept.left_out, what);
    list.push_back(
        {kept.severity, DiagnosticKind::More, file_, 0, 0, std::move(message), "fix these first"});
  }
  return list;
}

}  // namespace weir::rulefile
