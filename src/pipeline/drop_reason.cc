// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/drop_reason.h"

namespace weir::pipeline {

// No `default`: the compiler refuses a reason that is not placed.

std::string_view reason(DropReason why) {
  switch (why) {
    case DropReason::IllegalNegativeCounter: return "illegal_negative_counter";
    case DropReason::EmptyMetricName: return "empty_metric_name";
    case DropReason::ReservedLabel: return "reserved_label";
    case DropReason::TooManyLabels: return "too_many_labels";
    case DropReason::SeriesTooLong: return "series_too_long";
    case DropReason::NonFiniteCounter: return "non_finite_counter";
    case DropReason::Conflict: return "conflict";
    case DropReason::Budget: return "budget";
  }
  return "";
}

bool is_counted_by_name(DropReason why) {
  switch (why) {
    case DropReason::IllegalNegativeCounter:
    case DropReason::EmptyMetricName:
    case DropReason::ReservedLabel:
    case DropReason::TooManyLabels:
    case DropReason::SeriesTooLong:
    case DropReason::NonFiniteCounter: return false;
    case DropReason::Conflict:
    case DropReason::Budget: break;
  }
  return true;
}

bool depends_on_value(DropReason why) {
  switch (why) {
    case DropReason::IllegalNegativeCounter:
    case DropReason::NonFiniteCounter: return true;
    case DropReason::EmptyMetricName:
    case DropReason::ReservedLabel:
    case DropReason::TooManyLabels:
    case DropReason::SeriesTooLong:
    case DropReason::Conflict:
    case DropReason::Budget: break;
  }
  return false;
}

}  // namespace weir::pipeline
