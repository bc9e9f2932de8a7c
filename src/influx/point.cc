// SPDX-License-Identifier: Apache-2.0
#include "weir/influx/point.h"

#include <fmt/core.h>

namespace weir::influx {

namespace {

std::string_view words_of(PointFault fault) {
  switch (fault) {
    case PointFault::MissingMeasurement: return "missing measurement";
    case PointFault::MissingTagKey: return "missing tag key";
    case PointFault::MissingTagValue: return "missing tag value";
    case PointFault::InvalidTagFormat: return "invalid tag format";
    case PointFault::MissingFields: return "missing fields";
    case PointFault::MissingFieldKey: return "missing field key";
    case PointFault::MissingFieldValue: return "missing field value";
    case PointFault::InvalidFieldFormat: return "invalid field format";
    case PointFault::InvalidNumber: return "invalid number";
    case PointFault::InvalidBoolean: return "invalid boolean";
    case PointFault::IntegerRange: return "value out of range";
    case PointFault::UnbalancedQuotes: return "unbalanced quotes";
    case PointFault::BadTimestamp: return "bad timestamp";
    case PointFault::TimestampRange:
      return "time outside range -9223372036854775806 - 9223372036854775806";
    case PointFault::TextAfterTimestamp: return "point is invalid";
    case PointFault::TooManyFields: return "too many fields for so long a measurement and tags";
    case PointFault::LineTooLong: return "line too long";
  }
  return {};
}

}  // namespace

std::string text_of(const PointError& error) {
  const std::string_view words = words_of(error.fault);
  if (error.fault != PointFault::IntegerRange) return std::string(words);
  return fmt::format("unable to parse integer {0}: strconv.ParseInt: parsing \"{0}\": {1}",
                     error.part, words);
}

}  // namespace weir::influx
