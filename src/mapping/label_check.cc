// SPDX-License-Identifier: Apache-2.0
#include "mapping/label_check.h"

#include <fmt/format.h>

#include "mapping/name_grammar.h"

namespace weir::mapping {

namespace {

// Why a label of this name would break the exposition of the rule's metrics; "" when it would not
// (Q2, Q3).
std::string_view reserved_label(std::string_view label, const Rule& rule) {
  if (label.starts_with("__")) return "names that begin with `__` are reserved";
  if (rule.kind.value_or(statsd::EventKind::Observer) != statsd::EventKind::Observer) return {};
  if (rule.observer_type == ObserverType::Histogram) {
    return label == "le" ? "a histogram uses it for its buckets" : std::string_view();
  }
  return label == "quantile" ? "a summary uses it for its quantiles" : std::string_view();
}

}  // namespace

void check_label_name(std::string_view label, Place place, const Rule& rule, Findings& findings) {
  if (!is_label_name(label)) {
    findings.fault(place, fmt::format("invalid label key: {}, use letters, digits and `_`, "
                                      "and no digit first",
                                      shown(label)));
    return;
  }
  const auto reason = reserved_label(label, rule);
  if (reason.empty()) return;
  findings.fault(place, fmt::format("invalid label key: {}, {}, rename it", shown(label), reason));
}

}  // namespace weir::mapping
