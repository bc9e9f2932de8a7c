// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "weir/metrics/store.h"

namespace weir::metrics {

// The sources of definitions and help texts, each once: of a million families most have the same.
// Those that nothing has any more are forgotten, or reload after reload would add to them. Needs
// the store's lock.
class SourceList {
 public:
  using Number = std::uint32_t;

  // One user more. The `origins` of a source are not kept: they do not outlive their rules.
  Number add(const DefinitionSource& source);
  // One less.
  void remove(Number number);

  [[nodiscard]] const DefinitionSource& at(Number number) const { return entries_[number].source; }

 private:
  using Key = std::pair<std::uint64_t, std::uint32_t>;
  struct Entry {
    DefinitionSource source;
    std::uint32_t users = 0;
  };

  std::vector<Entry> entries_;
  std::vector<Number> free_;
  boost::unordered_flat_map<Key, Number> numbers_;
};

}  // namespace weir::metrics
