// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/options.h"
#include "weir/base/log.h"

namespace weir::app {

// How much memory the daemon may have; 0 bytes: not known, or not asked for.
struct MemoryLimit {
  std::uint64_t bytes = 0;
  // `cgroup`, `machine` or `flag`.
  std::string_view source;
};

// The lowest limit of the process's control groups and all that these are in, or else the memory of
// the machine. `root` comes before each path. Reads files now.
[[nodiscard]] MemoryLimit read_memory_limit(const std::string& root = "");

// What `--limits.memory` asks for.
[[nodiscard]] MemoryLimit memory_limit(const Options& options, const std::string& root = "");

// Lowers the budgets that are derived from `limit` (behaviour budget.memory), except those that the
// command line gives. Never raises one.
void fit_budgets(Options& options, const MemoryLimit& limit);

// One line with what the daemon has now.
void log_budgets(const Options& options, const MemoryLimit& limit, const base::Log& log);

// A limit in use, by its flag without dashes.
struct LimitInUse {
  std::string_view flag;
  std::uint64_t value;
};

// Those that `fit_budgets` may lower; of clients of other systems where a flag lets them in.
[[nodiscard]] std::vector<LimitInUse> limits_in_use(const Options& options);

}  // namespace weir::app
