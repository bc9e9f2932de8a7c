// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/fields.h"

#include <limits>
#include <string>

#include <fmt/core.h>

#include "rulefile/scalar.h"
#include "weir/base/duration.h"

namespace weir::rulefile {

namespace {

constexpr double kInt64Limit = 0x1p63;

std::string found(const YamlNode& value) {
  switch (value.kind) {
    case NodeKind::Null: return "nothing";
    case NodeKind::List: return "a list";
    case NodeKind::Map: return "a map";
    case NodeKind::Scalar: break;
  }
  if (value.is_plain) return fmt::format("`{}`", printable(value.text));
  return fmt::format("the string \"{}\"", printable(value.text));
}

void fault_type(const YamlNode& value, std::string_view wanted, Diagnostics& diagnostics) {
  diagnostics.error(value.position, fmt::format("found {}", found(value)),
                    fmt::format("write {}", wanted));
}

std::optional<ScalarNumber> number_of(const YamlNode& value) {
  if (value.kind != NodeKind::Scalar || !value.is_plain) return std::nullopt;
  return number_of_scalar(value.text);
}

std::optional<std::chrono::nanoseconds> nanoseconds_of(const ScalarNumber& number) {
  if (number.is_integer) return std::chrono::nanoseconds(number.integer);
  if (!(number.real > -kInt64Limit && number.real < kInt64Limit)) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(number.real));
}

}  // namespace

std::optional<bool> read_bool(const YamlNode& value, Diagnostics& diagnostics) {
  if (value.kind == NodeKind::Null) return std::nullopt;
  if (value.kind == NodeKind::Scalar && value.is_plain) {
    if (const auto read = bool_of_scalar(value.text)) return read;
  }
  fault_type(value, "`true` or `false` without quotes", diagnostics);
  return std::nullopt;
}

std::optional<double> read_number(const YamlNode& value, Diagnostics& diagnostics) {
  if (value.kind == NodeKind::Null) return std::nullopt;
  if (const auto number = number_of(value)) return number->real;
  fault_type(value, "a number without quotes", diagnostics);
  return std::nullopt;
}

std::optional<std::uint32_t> read_uint32(const YamlNode& value, Diagnostics& diagnostics) {
  if (value.kind == NodeKind::Null) return std::nullopt;
  constexpr double kLimit = 0x1p32;
  const auto number = number_of(value);
  // A fraction is cut off, so everything above -1 is 0 at least.
  if (number && number->real > -1 && number->real < kLimit) {
    return static_cast<std::uint32_t>(number->real);
  }
  fault_type(value,
             fmt::format("a whole number from 0 to {} without quotes",
                         std::numeric_limits<std::uint32_t>::max()),
             diagnostics);
  return std::nullopt;
}

std::optional<std::uint32_t> read_count(const YamlNode& value, Diagnostics& diagnostics) {
  if (value.kind == NodeKind::Null) return std::nullopt;
  constexpr std::uint32_t kMax = std::numeric_limits<std::uint32_t>::max();
  const auto number = number_of(value);
  if (number && number->is_integer && number->integer >= 1 && number->integer <= kMax) {
    return static_cast<std::uint32_t>(number->integer);
  }
  fault_type(value, fmt::format("a whole number from 1 to {} without quotes", kMax), diagnostics);
  return std::nullopt;
}

std::optional<std::chrono::nanoseconds> read_duration(const YamlNode& value,
                                                      Diagnostics& diagnostics) {
  if (value.kind == NodeKind::Null) return std::nullopt;
  if (const auto number = number_of(value)) {
    const auto read = nanoseconds_of(*number);
    if (read && read->count() != 0) {
      diagnostics.warn(DiagnosticKind::BareDuration, value.position,
                       fmt::format("`{}` without a unit means nanoseconds", printable(value.text)),
                       "write a duration with its unit, such as 10s");
    }
    if (read) return read;
  } else if (value.kind == NodeKind::Scalar) {
    const auto read = base::parse_duration(value.text, base::DurationUnits::ToHours);
    if (read) return *read;
  }
  fault_type(value, "a duration in ns, us, ms, s, m or h, such as 1m30s", diagnostics);
  return std::nullopt;
}

std::optional<std::string_view> read_text(const YamlNode& value, Diagnostics& diagnostics) {
  if (value.kind == NodeKind::Null) return std::nullopt;
  if (value.kind == NodeKind::Scalar) return value.text;
  fault_type(value, "a single value", diagnostics);
  return std::nullopt;
}

bool is_list(const YamlNode& value, std::string_view where, Diagnostics& diagnostics) {
  if (value.kind == NodeKind::List) return true;
  if (value.kind != NodeKind::Null) {
    diagnostics.error(value.position, fmt::format("{} must be a list, not {}", where, found(value)),
                      "begin each item with `- `");
  }
  return false;
}

bool is_map(const YamlNode& value, std::string_view where, Diagnostics& diagnostics) {
  if (value.kind == NodeKind::Map) return true;
  if (value.kind != NodeKind::Null) {
    diagnostics.error(value.position, fmt::format("{} must be a map, not {}", where, found(value)),
                      "write `key: value` lines");
  }
  return false;
}

}  // namespace weir::rulefile
