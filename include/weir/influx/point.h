// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::influx {

// What the timestamps of points are in.
enum class Precision : std::uint8_t {
  Nanoseconds,
  Microseconds,
  Milliseconds,
  Seconds,
  Minutes,
  Hours,
};

// A field of a point. Borrows from the line.
struct Field {
  std::string_view key;  // as sent, escaped
  bool is_text = false;  // a string, which has no value
  double value = 0;      // a boolean is 0 or 1
};

// One line of the protocol, read. Borrows from the line and from the parser.
struct Point {
  std::string_view measurement;  // as sent, escaped
  // As sent, with the comma before the first one; "" without any.
  std::string_view tags;
  std::span<const Field> fields;             // one at least
  std::optional<std::int64_t> unix_seconds;  // rounded down
};

// Why a line is none. Each has the words that InfluxDB has for it.
enum class PointFault : std::uint8_t {
  MissingMeasurement,
  MissingTagKey,
  MissingTagValue,
  InvalidTagFormat,
  MissingFields,
  MissingFieldKey,
  MissingFieldValue,
  InvalidFieldFormat,
  InvalidNumber,
  InvalidBoolean,
  IntegerRange,
  UnbalancedQuotes,
  BadTimestamp,
  TimestampRange,
  TextAfterTimestamp,
  // These two InfluxDB does not have.
  TooManyFields,
  LineTooLong,
};

struct PointError {
  PointFault fault;
  std::string_view part = {};  // of the line: the integer that is out of range
};

// `missing fields`
[[nodiscard]] std::string text_of(const PointError& error);

}  // namespace weir::influx
