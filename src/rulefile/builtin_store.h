// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::rulefile {

struct StoredMapping {
  std::string_view name;
  // The blocks whose texts, one after another, are the file.
  std::span<const std::uint16_t> blocks;
};

// The mapping files that are compiled in, as embed_mappings.py writes them. Files share most of
// their rules, so each different one is a block of its own.
struct BuiltinStore {
  // Sorted by name.
  std::span<const StoredMapping> mappings;
  // Where each block ends in the text of all; the next one begins there.
  std::span<const std::uint32_t> block_ends;
  // The text of all blocks, in zlib's format.
  std::span<const unsigned char> compressed;
};

[[nodiscard]] const BuiltinStore& builtin_store();

}  // namespace weir::rulefile
