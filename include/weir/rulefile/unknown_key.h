// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "weir/rulefile/diagnostics.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {

// An entry of a map whose key no reader of the map knows.
struct UnknownKey {
  const Entry& entry;
  const YamlNode& map;
  // What messages call the map.
  std::string_view where;
  // The keys that it may have.
  std::span<const std::string_view> known;
};

// Reports it, with the key that was meant where that can be guessed.
void fault_unknown_key(const UnknownKey& unknown, Diagnostics& diagnostics);

}  // namespace weir::rulefile
