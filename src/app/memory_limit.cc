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
// What clients of other systems send has some, where a flag lets them in. What is left is for
// connections, counts of refused names, outcomes and what allocators waste.
constexpr std::uint64_t kParts = 32;
constexpr std::uint64_t kStoreParts = 17;
constexpr std::uint64_t kBindingParts = 5;
constexpr std::uint64_t kClientParts = 4;
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
// Of what a kind of HTTP client may have one half is for a body that is unpacked, the other for
// bodies as they are sent: so many of the longest fit, each of them kept twice.
constexpr std::uint64_t kBodies = 16;
constexpr std::uint64_t kCopiesOfBody = 2;
constexpr std::uint64_t kBodyBytesMin = 64 * kKiB;
// Of what RSocket's applications may have so many pages fit, and twice as many frames: to merge a
// page takes several times its bytes.
constexpr std::uint64_t kPages = 8;
constexpr std::uint64_t kPageBytesMin = 256 * kKiB;
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

// Never raises it.
void fit(const Options& options, std::string_view flag, std::size_t& value, std::uint64_t fitting) {
  if (options.given_limits.contains(std::string(flag))) return;
  value = static_cast<std::size_t>(std::min<std::uint64_t>(value, fitting));
}

// Those of a kind of HTTP client.
template <typename Clients>
void fit_bodies(const Options& options, const std::string& kind, Clients& clients,
                std::uint64_t bytes) {
  const std::uint64_t half = bytes / 2;
  fit(options, "limits." + kind + "-unpacked-bytes", clients.unpacked_bytes_max,
      std::max(half, kBodyBytesMin));
  fit(options, "limits." + kind + "-body-bytes", clients.body_bytes_max,
      std::max(half / kCopiesOfBody / kBodies, kBodyBytesMin));
  fit(options, "limits." + kind + "-connections", clients.connections_max,
      std::max<std::uint64_t>(half / kCopiesOfBody / clients.body_bytes_max, 1));
}

void fit_rsocket(const Options& options, RsocketOptions& clients, std::uint64_t bytes,
                 std::uint64_t limit) {
  const std::uint64_t page = std::max(bytes / kPages, kPageBytesMin);
  fit(options, "limits.rsocket-bytes", clients.bytes_max, std::max(bytes, kPages * kPageBytesMin));
  fit(options, "limits.rsocket-page-bytes", clients.page_bytes_max, page);
  fit(options, "limits.rsocket-frame-bytes", clients.frame_bytes_max, page / 2);
  fit(options, "limits.rsocket-connections", clients.connections_max,
      std::max<std::uint64_t>(limit / kBytesPerConnection, 1));
}

// What they have together: their parts, and what series and bindings leave of theirs.
std::uint64_t client_bytes(const Options& options, std::uint64_t limit) {
  const std::uint64_t left = limit > kReservedBytes ? limit - kReservedBytes : 0;
  const auto unused = [left](std::uint64_t parts, std::uint64_t used) {
    const std::uint64_t share = left * parts / kParts;
    return share > used ? share - used : 0;
  };
  return left * kClientParts / kParts + unused(kStoreParts, options.store.bytes_max) +
         unused(kBindingParts, options.pipeline.binding_bytes_max * options.workers);
}

// Each kind that is let in has the same.
void fit_clients(Options& options, std::uint64_t limit) {
  const bool has_influx = !options.influx.http_addresses.empty();
  const bool has_wavefront = options.wavefront.is_listening();
  const bool has_rsocket = options.rsocket.is_on();
  const std::uint64_t kinds =
      std::uint64_t{has_influx} + std::uint64_t{has_wavefront} + std::uint64_t{has_rsocket};
  if (kinds == 0) return;
  const std::uint64_t each = client_bytes(options, limit) / kinds;
  if (has_influx) fit_bodies(options, "influx", options.influx, each);
  if (has_wavefront) fit_bodies(options, "wavefront", options.wavefront, each);
  if (has_rsocket) fit_rsocket(options, options.rsocket, each, limit);
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
    fit(options, one.flag, *one.value, one.fitting);
  }
  fit_clients(options, limit.bytes);
  options.store.counts_full_size = limit.bytes < kSummariesCountInFullBelow;
  options.pipeline.outcomes_max = static_cast<std::size_t>(std::min<std::uint64_t>(
      options.pipeline.outcomes_max,
      std::max<std::uint64_t>(limit.bytes / kBytesPerOutcome / options.workers, 1)));
}

std::vector<LimitInUse> limits_in_use(const Options& options) {
  std::vector<LimitInUse> limits = {
      {"limits.series", options.store.series_max},
      {"limits.series-per-family", options.store.series_per_family_max},
      {"limits.store-bytes", options.store.bytes_max},
      {"limits.bindings", options.pipeline.bindings_max},
      {"limits.binding-bytes", options.pipeline.binding_bytes_max},
      {"limits.refused-names", options.pipeline.refused_names_max},
      {"limits.tcp-connections", options.tcp.connections_max}};
  const auto add = [&limits](std::initializer_list<LimitInUse> more) {
    limits.insert(limits.end(), more);
  };
  if (!options.influx.http_addresses.empty()) {
    add({{"limits.influx-connections", options.influx.connections_max},
         {"limits.influx-body-bytes", options.influx.body_bytes_max},
         {"limits.influx-unpacked-bytes", options.influx.unpacked_bytes_max}});
  }
  if (options.wavefront.is_listening()) {
    add({{"limits.wavefront-connections", options.wavefront.connections_max},
         {"limits.wavefront-body-bytes", options.wavefront.body_bytes_max},
         {"limits.wavefront-unpacked-bytes", options.wavefront.unpacked_bytes_max}});
  }
  if (options.rsocket.is_on()) {
    add({{"limits.rsocket-connections", options.rsocket.connections_max},
         {"limits.rsocket-frame-bytes", options.rsocket.frame_bytes_max},
         {"limits.rsocket-page-bytes", options.rsocket.page_bytes_max},
         {"limits.rsocket-bytes", options.rsocket.bytes_max}});
  }
  return limits;
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
