// SPDX-License-Identifier: Apache-2.0
#include "app/web/process_metrics.h"

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace weir::app {

namespace {

std::string whole_file(const char* path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The fields of /proc/self/stat after the program's name, which may hold blanks; the first is field
// 3.
std::vector<std::string> stat_fields() {
  const std::string text = whole_file("/proc/self/stat");
  std::vector<std::string> fields;
  const auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return fields;
  std::istringstream rest(text.substr(end_of_name + 1));
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

// Seconds since the epoch at which the machine was started.
std::optional<double> boot_time() {
  std::istringstream text(whole_file("/proc/stat"));
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return std::nullopt;
}

double limit_of(__rlimit_resource resource) {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0) return 0;
  return static_cast<double>(limit.rlim_cur);
}

void read_stat(ProcessStats& stats) {
  // Numbers of fields as proc(5) counts them.
  constexpr std::size_t kFirst = 3;
  constexpr std::size_t kUserTime = 14;
  constexpr std::size_t kSystemTime = 15;
  constexpr std::size_t kStartTime = 22;
  constexpr std::size_t kVirtualBytes = 23;
  constexpr std::size_t kResidentPages = 24;
  const auto fields = stat_fields();
  if (fields.size() <= kResidentPages - kFirst) return;
  const auto field = [&fields](std::size_t number) { return std::stod(fields[number - kFirst]); };
  const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  stats.cpu_seconds = (field(kUserTime) + field(kSystemTime)) / ticks_per_second;
  stats.virtual_bytes = field(kVirtualBytes);
  stats.resident_bytes = field(kResidentPages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  const auto booted = boot_time();
  if (booted) stats.start_seconds = *booted + field(kStartTime) / ticks_per_second;
}

void read_descriptors(ProcessStats& stats) {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    ++count;
  }
  // Without the one that the listing itself holds open.
  if (!error && count > 0) stats.open_descriptors = count - 1;
  stats.descriptors_max = limit_of(RLIMIT_NOFILE);
  stats.virtual_bytes_max = limit_of(RLIMIT_AS);
}

// /proc/self/net/netstat has pairs of lines: names, then values.
void read_network(ProcessStats& stats) {
  std::istringstream text(whole_file("/proc/self/net/netstat"));
  std::string names;
  std::string values;
  while (std::getline(text, names) && std::getline(text, values)) {
    if (!names.starts_with("IpExt:")) continue;
    std::istringstream name_list(names);
    std::istringstream value_list(values);
    for (std::string name, value; name_list >> name && value_list >> value;) {
      if (name == "InOctets") stats.network_bytes_received = std::stod(value);
      if (name == "OutOctets") stats.network_bytes_sent = std::stod(value);
    }
  }
}

using telemetry::kCounter;
using telemetry::kGauge;
using ProcessMetric = telemetry::Metric<ProcessStats>;

template <std::optional<double> ProcessStats::*kField>
struct ProcessValue {
  std::optional<double> operator()(const ProcessStats& stats) const { return stats.*kField; }
};

constexpr std::array kProcessTable = {
    ProcessMetric{"process_cpu_seconds_total", kCounter,
                  "Total user and system CPU time spent in seconds.",
                  ProcessValue<&ProcessStats::cpu_seconds>()},
    ProcessMetric{"process_max_fds", kGauge, "Maximum number of open file descriptors.",
                  ProcessValue<&ProcessStats::descriptors_max>()},
    ProcessMetric{"process_network_receive_bytes_total", kCounter,
                  "Number of bytes received by the process over the network.",
                  ProcessValue<&ProcessStats::network_bytes_received>()},
    ProcessMetric{"process_network_transmit_bytes_total", kCounter,
                  "Number of bytes sent by the process over the network.",
                  ProcessValue<&ProcessStats::network_bytes_sent>()},
    ProcessMetric{"process_open_fds", kGauge, "Number of open file descriptors.",
                  ProcessValue<&ProcessStats::open_descriptors>()},
    ProcessMetric{"process_resident_memory_bytes", kGauge, "Resident memory size in bytes.",
                  ProcessValue<&ProcessStats::resident_bytes>()},
    ProcessMetric{"process_start_time_seconds", kGauge,
                  "Start time of the process since unix epoch in seconds.",
                  ProcessValue<&ProcessStats::start_seconds>()},
    ProcessMetric{"process_virtual_memory_bytes", kGauge, "Virtual memory size in bytes.",
                  ProcessValue<&ProcessStats::virtual_bytes>()},
    ProcessMetric{"process_virtual_memory_max_bytes", kGauge,
                  "Maximum amount of virtual memory available in bytes.",
                  ProcessValue<&ProcessStats::virtual_bytes_max>()},
};

}  // namespace

std::optional<double> read_resident_bytes() {
  std::istringstream text(whole_file("/proc/self/statm"));
  double pages_of_all = 0;
  double pages = 0;
  if (!(text >> pages_of_all >> pages)) return std::nullopt;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

ProcessStats read_process_stats() {
  ProcessStats stats;
  read_stat(stats);
  read_descriptors(stats);
  read_network(stats);
  return stats;
}

constinit const telemetry::Collector<ProcessStats> kProcessMetrics{kProcessTable};

}  // namespace weir::app
