// SPDX-License-Identifier: Apache-2.0
#include "app/memory_limit.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <sstream>
#include <unistd.h>

#include "weir/base/cgroup.h"

namespace weir::app {

namespace {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;
// The program itself, a scrape under way and what the two have in between.
constexpr std::uint64_t kReservedBytes = 16 * kMiB;
// Of the rest so many parts of 32 are the series', with their overflow series, and the bindings'.
// What is left is for connections, counts of refused names, outcomes and what allocators waste.
constexpr std::uint64_t kParts = 32;
constexpr std::uint64_t kStoreParts = 17;
constexpr std::uint64_t kBindingParts = 5;
// There is something to keep at the lowest limit too.
constexpr std::uint64_t kStoreBytesMin = 2 * kMiB;
constexpr std::uint64_t kBindingBytesMin = 512 * kKiB;
// No series and no binding takes less.
constexpr std::uint64_t kBytesOfSeries = 64;
constexpr std::uint64_t kBytesOfBinding = 32;
// For each of these of the limit one name is counted apart, one outcome remembered, one
// connection taken.
constexpr std::uint64_t kBytesPerRefusedName = 32 * kKiB;
constexpr std::uint64_t kBytesPerOutcome = 16 * kKiB;
constexpr std::uint64_t kBytesPerConnection = 512 * kKiB;
// What is the machine's serves others too, but a flood ends at the defaults as it always did.
constexpr std::uint64_t kSummariesCountInFullBelow = std::uint64_t{8} * 1024 * kMiB;

std::string read_file(const std::string& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

void lower(std::optional<std::uint64_t>& lowest, std::optional<std::uint64_t> limit) {
  if (limit && (!lowest || *limit < *lowest)) lowest = limit;
}

std::uint64_t machine_bytes() {
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  const auto page = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return 0;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
}

// A limit of the options that `fit_budgets` may lower, with the flag that sets it.
struct Adjustable {
  std::string_view flag;
  std::size_t* value;
  std::uint64_t fitting;
};

std::array<Adjustable, 7> adjustables(Options& options, std::uint64_t limit) {
  const std::uint64_t left = limit > kReservedBytes ? limit - kReservedBytes : 0;
  const std::uint64_t store = std::max(left * kStoreParts / kParts, kStoreBytesMin);
  const std::uint64_t bindings =
      std::max(left * kBindingParts / kParts / options.workers, kBindingBytesMin);
  const std::uint64_t series = store / kBytesOfSeries;
  const std::uint64_t names = limit / kBytesPerRefusedName / options.workers;
  return {{
      {"limits.series", &options.store.series_max, series},
      {"limits.series-per-family", &options.store.series_per_family_max, series / 2},
      {"limits.store-bytes", &options.store.bytes_max, store},
      {"limits.bindings", &options.pipeline.bindings_max, bindings / kBytesOfBinding},
      {"limits.binding-bytes", &options.pipeline.binding_bytes_max, bindings},
      {"limits.refused-names", &options.pipeline.refused_names_max,
       std::max<std::uint64_t>(names, 1)},
      {"limits.tcp-connections", &options.tcp.connections_max,
       std::max<std::uint64_t>(limit / kBytesPerConnection, 1)},
  }};
}

}  // namespace

MemoryLimit read_memory_limit(const std::string& root) {
  const std::string proc = root + "/proc/self/";
  std::optional<std::uint64_t> lowest;
  for (const auto& folder :
       base::memory_cgroups(read_file(proc + "cgroup"), read_file(proc + "mountinfo"))) {
    const std::string path = root + folder.path;
    if (folder.is_unified) {
      lower(lowest, base::parse_memory_limit(read_file(path + "/memory.max")));
      lower(lowest, base::parse_memory_limit(read_file(path + "/memory.high")));
    } else {
      lower(lowest, base::parse_memory_limit(read_file(path + "/memory.limit_in_bytes")));
      lower(lowest, base::hierarchical_memory_limit(read_file(path + "/memory.stat")));
    }
  }
  const std::uint64_t machine = machine_bytes();
  if (lowest && (machine == 0 || *lowest < machine)) return {*lowest, "cgroup"};
  return {machine, "machine"};
}

MemoryLimit memory_limit(const Options& options, const std::string& root) {
  switch (options.memory.kind) {
    case MemoryOption::Kind::Off: return {};
    case MemoryOption::Kind::Bytes: return {options.memory.bytes, "flag"};
    case MemoryOption::Kind::Auto: break;
  }
  return read_memory_limit(root);
}

void fit_budgets(Options& options, const MemoryLimit& limit) {
  if (limit.bytes == 0) return;
  for (const Adjustable& one : adjustables(options, limit.bytes)) {
    if (options.given_limits.contains(std::string(one.flag))) continue;
    *one.value = static_cast<std::size_t>(std::min<std::uint64_t>(*one.value, one.fitting));
  }
  options.store.counts_full_size = limit.bytes < kSummariesCountInFullBelow;
  options.pipeline.outcomes_max = static_cast<std::size_t>(std::min<std::uint64_t>(
      options.pipeline.outcomes_max,
      std::max<std::uint64_t>(limit.bytes / kBytesPerOutcome / options.workers, 1)));
}

std::vector<LimitInUse> limits_in_use(const Options& options) {
  return {{"limits.series", options.store.series_max},
          {"limits.series-per-family", options.store.series_per_family_max},
          {"limits.store-bytes", options.store.bytes_max},
          {"limits.bindings", options.pipeline.bindings_max},
          {"limits.binding-bytes", options.pipeline.binding_bytes_max},
          {"limits.refused-names", options.pipeline.refused_names_max},
          {"limits.tcp-connections", options.tcp.connections_max}};
}

void log_budgets(const Options& options, const MemoryLimit& limit, const base::Log& log) {
  if (limit.bytes == 0) return;
  std::vector<base::Attribute> attributes = {{"bytes", std::to_string(limit.bytes)},
                                             {"from", std::string(limit.source)}};
  for (const auto& one : limits_in_use(options)) {
    attributes.push_back({one.flag, std::to_string(one.value)});
  }
  log.write(base::LogLevel::Info, "Limits for this memory", attributes);
}

}  // namespace weir::app
