// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

namespace weir::metrics {

// The label-name sets that have lost their last series, each with the number that it had among all
// label-name sets: one that comes back is no new one, since the reference never forgets any
// (behaviour ttl.metrics-total). What finds no room is forgotten. Needs the store's lock.
class FormerLabelNames {
 public:
  // Hash of name, type and label names: enough to distinguish them in a gauge.
  using Identity = std::uint64_t;

  // `bytes_max` bounds them together with kSizeMax.
  explicit FormerLabelNames(std::size_t bytes_max);

  // False when there is no room, or it is there already.
  [[nodiscard]] bool add(Identity identity, std::uint32_t number);
  // Forgets one and returns its number; nothing when it is not known.
  [[nodiscard]] std::optional<std::uint32_t> take(Identity identity);

  // Roughly.
  [[nodiscard]] std::size_t bytes() const { return numbers_.size() * kEntryBytes; }

 private:
  static constexpr std::size_t kSizeMax = std::size_t{1} << 18;
  // An entry, and the slots that stay empty.
  static constexpr std::size_t kEntryBytes = 24;

  const std::size_t size_max_;
  boost::unordered_flat_map<Identity, std::uint32_t> numbers_;
};

}  // namespace weir::metrics
