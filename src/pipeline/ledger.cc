// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/ledger.h"

namespace weir::pipeline {

std::string_view reason(EventError error) {
  switch (error) {
    case EventError::IllegalNegativeCounter: return "illegal_negative_counter";
    case EventError::EmptyMetricName: return "empty_metric_name";
    case EventError::ReservedLabel: return "reserved_label";
    case EventError::TooManyLabels: return "too_many_labels";
    case EventError::SeriesTooLong: return "series_too_long";
    case EventError::NonFiniteCounter: return "non_finite_counter";
  }
  return "";
}

}  // namespace weir::pipeline
