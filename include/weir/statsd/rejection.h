// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::statsd {

// Why a line, a sample or a field of it was not taken; the label `reason` of
// `statsd_exporter_sample_errors_total`. Renaming a text changes a metric label: breaking.
enum class Rejection : std::uint8_t {
  MalformedLine,                 // no colon, empty name, or not UTF-8
  MixedTaggingStyles,            // name tags and DogStatsD tags on one line
  NotEnoughParts,                // no `|` after the value
  InvalidExtendedAggregateType,  // several packed values of a type that cannot be packed
  MalformedComponent,            // an empty field, or more identity fields than are taken
  MalformedValue,                // the value is not a number
  InvalidSampleFactor,           // a bad `@` or an unknown field; the sample itself is kept
  MalformedContainerId,  // a field that begins with `c` and is no `c:ID`; the sample is kept
  IllegalEvent,          // unknown type
  InvalidTimestamp,      // a `T` that is no time where it would be honored; the sample is kept
};
inline constexpr std::size_t kRejectionCount = 10;

// The label value of `reason`.
[[nodiscard]] std::string_view reason(Rejection rejection);

}  // namespace weir::statsd
