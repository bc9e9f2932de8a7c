// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/worker.h"

namespace weir::app {

// What all workers were sent and took, so far.
struct Totals {
  std::uint64_t lines = 0;  // those that are too long, too
  std::uint64_t datagrams = 0;
  std::uint64_t bytes = 0;
  std::uint64_t samples = 0;
  std::uint64_t applied = 0;
};

// One way to be lost, by its name in docs/ledger.md, where it has one.
struct Loss {
  std::string_view name;
  std::uint64_t (*count)(const Worker& worker);
};

inline constexpr std::size_t kLossCount = 14;
// By name.
extern const std::array<Loss, kLossCount> kLosses;

// Both read counts that workers go on writing. Any thread.
[[nodiscard]] Totals read_totals(const Workers& workers);
[[nodiscard]] std::array<std::uint64_t, kLossCount> read_losses(const Workers& workers);

}  // namespace weir::app
