// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::base {

// A folder in which the kernel says how much memory a group of processes may have (cgroups(7)).
struct CgroupFolder {
  std::string path;
  // Of the second version: `memory.max` and `memory.high`; else `memory.limit_in_bytes` and
  // `memory.stat`.
  bool is_unified = false;
  bool operator==(const CgroupFolder&) const = default;
};

// The folders of the process's own groups and of what these are in, as far as they are mounted; the
// own first. `self_cgroup` is what /proc/self/cgroup says, `mountinfo` /proc/self/mountinfo. Looks
// at nothing else, and takes any text.
[[nodiscard]] std::vector<CgroupFolder> memory_cgroups(std::string_view self_cgroup,
                                                       std::string_view mountinfo);

// Bytes of a file that has one limit; none for `max`, for what is as good as no limit, and for what
// is no number.
[[nodiscard]] std::optional<std::uint64_t> parse_memory_limit(std::string_view text);

// The limit of a group of the first version together with all that it is in, of its `memory.stat`.
[[nodiscard]] std::optional<std::uint64_t> hierarchical_memory_limit(std::string_view stat);

}  // namespace weir::base
