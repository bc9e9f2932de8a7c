// SPDX-License-Identifier: Apache-2.0
#include "rulefile/label_check.h"

#include <string>

#include <fmt/core.h>

#include "weir/mapping/name_grammar.h"

namespace weir::rulefile {

namespace {

using base::NameValidation;
using sample::EventKind;

// What the observers of `rule` need a label of this name for; "" when they do not (difference Q2).
std::string_view use_by_observers(std::string_view label, const mapping::Rule& rule) {
  if (rule.kind.value_or(EventKind::Observer) != EventKind::Observer) return {};
  if (label == "le" && (rule.observer_type == mapping::ObserverType::Histogram ||
                        rule.observer_type == mapping::ObserverType::Both)) {
    return "a histogram uses it for its buckets";
  }
  if (rule.observer_type == mapping::ObserverType::Histogram) return {};
  return label == "quantile" ? "a summary uses it for its quantiles" : std::string_view();
}

std::string hint_for(std::string_view label, NameValidation names) {
  if (names == NameValidation::Utf8) return "write one or more characters, no control characters";
  const bool is_utf8_name = mapping::is_label_name(label, NameValidation::Utf8);
  return fmt::format("use letters, digits and `_`, and no digit first{}",
                     is_utf8_name ? kUtf8NamesHint : "");
}

std::string_view why_reserved(std::string_view label) {
  return label.starts_with("__") ? ", names that begin with `__` are reserved"
                                 : ", which scrapers without UTF-8 would read as __name__";
}

}  // namespace

void check_label_name(std::string_view label, Position position, base::NameValidation names,
                      const mapping::Rule& rule, Diagnostics& diagnostics) {
  const auto fault = [&](std::string_view reason, const std::string& hint) {
    diagnostics.error(DiagnosticKind::InvalidLabel, position,
                      fmt::format("invalid label key: {}{}", printable(label), reason), hint);
  };
  if (!mapping::is_label_name(label, names)) return fault("", hint_for(label, names));
  if (mapping::is_reserved_label_name(label)) return fault(why_reserved(label), "rename it");
  const auto use = use_by_observers(label, rule);
  if (use.empty()) return;
  if (rule.is_observer_type_own || rule.kind) return fault(fmt::format(", {}", use), "rename it");
  diagnostics.warn(DiagnosticKind::ReservedLabel, position,
                   fmt::format("timers are dropped for their label \"{}\": {}", label, use),
                   "set match_metric_type to gauge or counter, or rename it");
}

}  // namespace weir::rulefile
