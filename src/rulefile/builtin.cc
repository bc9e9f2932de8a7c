// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/builtin.h"

#include <algorithm>
#include <cassert>
#include <new>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include "rulefile/builtin_store.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

namespace {

const StoredMapping& stored(std::string_view name) {
  const auto mappings = builtin_store().mappings;
  const auto found = std::ranges::find(mappings, name, &StoredMapping::name);
  if (found != mappings.end()) return *found;
  throw ConfigError(
      std::string(kBuiltinPrefix) + printable(name), 0, 0,
      fmt::format("there is no such mapping, use one of: {}", fmt::join(builtin_names(), ", ")));
}

std::string decompressed_blocks() {
  const auto& store = builtin_store();
  std::string text(store.block_ends.back(), '\0');
  uLongf size = text.size();
  const int result = uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                                store.compressed.data(), store.compressed.size());
  if (result == Z_MEM_ERROR) throw std::bad_alloc();
  // Nothing else can be wrong: the build compressed it.
  assert(result == Z_OK && size == text.size());
  return text;
}

}  // namespace

std::vector<std::string_view> builtin_names() {
  std::vector<std::string_view> names;
  for (const auto& mapping : builtin_store().mappings) names.push_back(mapping.name);
  return names;
}

std::string builtin_text(std::string_view name) {
  const auto& mapping = stored(name);
  const auto ends = builtin_store().block_ends;
  const auto blocks = decompressed_blocks();
  std::string text;
  for (const auto block : mapping.blocks) {
    const auto begin = block == 0 ? 0U : ends[block - 1U];
    text.append(blocks, begin, ends[block] - begin);
  }
  return text;
}

std::string_view summary(std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto begin = line.find_first_not_of("# ");
    if (!line.starts_with('#') || begin == std::string_view::npos) continue;
    const auto words = line.substr(begin);
    // Which says nothing about the mapping.
    if (!words.starts_with("SPDX-")) return words;
  }
  return {};
}

}  // namespace weir::rulefile
