// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/rejection.h"

namespace weir::statsd {

std::string_view reason(Rejection rejection) {
  switch (rejection) {
    case Rejection::MalformedLine: return "malformed_line";
    case Rejection::MixedTaggingStyles: return "mixed_tagging_styles";
    case Rejection::NotEnoughParts: return "not_enough_parts_after_colon";
    case Rejection::InvalidExtendedAggregateType: return "invalid_extended_aggregate_type";
    case Rejection::MalformedComponent: return "malformed_component";
    case Rejection::MalformedValue: return "malformed_value";
    case Rejection::InvalidSampleFactor: return "invalid_sample_factor";
    case Rejection::MalformedContainerId: return "malformed_container_id";
    case Rejection::IllegalEvent: return "illegal_event";
    case Rejection::InvalidTimestamp: return "invalid_timestamp";
  }
  return "";
}

}  // namespace weir::statsd
