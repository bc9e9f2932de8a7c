// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "weir/metrics/definition.h"

namespace weir::state {

// The fields of a definition in a state file, each a bit.
enum class DefinitionField : std::uint8_t {
  Objectives,
  MaxAge,
  AgeBuckets,
  BufferSize,
  HasTimestamp,
  Bounds,
  Native,
  Published,
};
inline constexpr unsigned kDefinitionFields = 8;

[[nodiscard]] constexpr std::uint16_t bit(DefinitionField field) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(field));
}

// What a field is that is not given; as much a part of the format as the bits.
[[nodiscard]] inline metrics::Definition blank_definition() {
  metrics::Definition blank;
  blank.max_age = std::chrono::minutes(10);
  blank.age_buckets = 5;
  blank.buffer_size = 500;
  return blank;
}

// Those that differ from a blank definition. Type and kind of gauge are the family's.
[[nodiscard]] inline std::uint16_t fields_of(const metrics::Definition& definition) {
  static const metrics::Definition kBlank = blank_definition();
  std::uint16_t fields = 0;
  const auto add = [&fields](bool is_given, DefinitionField field) {
    if (is_given) fields |= bit(field);
  };
  add(!definition.objectives.empty(), DefinitionField::Objectives);
  add(definition.max_age != kBlank.max_age, DefinitionField::MaxAge);
  add(definition.age_buckets != kBlank.age_buckets, DefinitionField::AgeBuckets);
  add(definition.buffer_size != kBlank.buffer_size, DefinitionField::BufferSize);
  add(definition.has_timestamp, DefinitionField::HasTimestamp);
  add(!definition.bounds.empty(), DefinitionField::Bounds);
  add(definition.native.has_value(), DefinitionField::Native);
  add(!definition.published.empty(), DefinitionField::Published);
  return fields;
}

}  // namespace weir::state
