// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// Values of a YAML file by type (behaviour file.*). Nothing for null, which counts as absent;
// nothing and a fault for a value of another type.
std::optional<bool> read_bool(const YamlNode& value, Diagnostics& diagnostics);
std::optional<double> read_number(const YamlNode& value, Diagnostics& diagnostics);
std::optional<std::uint32_t> read_uint32(const YamlNode& value, Diagnostics& diagnostics);
// 1 or more, and no fraction.
std::optional<std::uint32_t> read_count(const YamlNode& value, Diagnostics& diagnostics);
// A bare number is nanoseconds and draws a warning (difference Q27).
std::optional<std::chrono::nanoseconds> read_duration(const YamlNode& value,
                                                      Diagnostics& diagnostics);
// The text as written, whatever type it looks like. Borrows from `value`.
std::optional<std::string_view> read_text(const YamlNode& value, Diagnostics& diagnostics);

// False for null; false and a fault for anything but a list or map. `where` is what to call it.
bool is_list(const YamlNode& value, std::string_view where, Diagnostics& diagnostics);
bool is_map(const YamlNode& value, std::string_view where, Diagnostics& diagnostics);

}  // namespace weir::rulefile
