// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/host_examination.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <sched.h>
#include <sys/timex.h>
#include <unistd.h>

#include <fmt/core.h>

#include "app/doctor/read_text.h"
#include "app/memory_limit.h"
#include "weir/base/cgroup.h"
#include "weir/base/errno.h"
#include "weir/doctor/daemon_checks.h"
#include "weir/doctor/host_checks.h"
#include "weir/doctor/proc_texts.h"
#include "weir/lint/catalogue.h"
#include "weir/lint/lint.h"
#include "weir/net/datagram_listener.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

namespace weir::app {

namespace {

using doctor::Check;

std::string proc_folder(const Patient& patient) {
  return patient.pid ? fmt::format("/proc/{}/", *patient.pid) : std::string("/proc/self/");
}

std::optional<std::uint64_t> setting(const std::string& name) {
  return doctor::parse_count(read_text_or_empty("/proc/sys/net/" + name));
}

// Of the second version of control groups, the own folder first. Its mounts are those that this
// process sees.
std::vector<std::string> group_folders(const Patient& patient) {
  std::vector<std::string> folders;
  for (const auto& folder :
       base::memory_cgroups(read_text_or_empty(proc_folder(patient) + "cgroup"),
                            read_text_or_empty("/proc/self/mountinfo"))) {
    if (folder.is_unified) folders.push_back(folder.path);
  }
  return folders;
}

template <typename Value>
void lower(std::optional<Value>& lowest, std::optional<Value> value) {
  if (value && (!lowest || *value < *lowest)) lowest = value;
}

Check receive_buffer(const Options& options, const Patient& patient) {
  const int asked = options.datagram.receive_buffer_bytes;
  const auto wanted = asked > 0 ? asked : net::kReceiveBufferBytesDefault;
  return doctor::check_receive_buffer({.wanted_bytes = static_cast<std::uint64_t>(wanted),
                                       .system_max = setting("core/rmem_max"),
                                       .granted_bytes = patient.granted_buffer_bytes});
}

Check descriptors(const Options& options, const Patient& patient) {
  doctor::Descriptors found;
  found.limit = doctor::parse_open_file_limit(read_text_or_empty(proc_folder(patient) + "limits"));
  found.whose = patient.pid ? fmt::format("the daemon (pid {})", *patient.pid)
                            : std::string("a process that starts here");
  found.connections_max = options.http.connections_max;
  if (!options.tcp_addresses.empty()) found.connections_max += options.tcp.connections_max;
  if (!options.unixstream_paths.empty())
    found.connections_max += options.unixstream.connections_max;
  return doctor::check_descriptors(found);
}

Check memory(const Options& options, const std::vector<std::string>& folders) {
  doctor::Memory found;
  const auto& given = options.given_limits;
  if (given.contains("limits.store-bytes")) found.budget_bytes += options.store.bytes_max;
  if (given.contains("limits.binding-bytes")) {
    found.budget_bytes += options.pipeline.binding_bytes_max * options.workers;
  }
  for (const auto& folder : folders) {
    lower(found.group_bytes, doctor::parse_count(read_text_or_empty(folder + "/memory.max")));
    lower(found.group_bytes, doctor::parse_count(read_text_or_empty(folder + "/memory.high")));
  }
  if (folders.empty()) {
    const auto limit = read_memory_limit();
    if (limit.source == "cgroup") found.group_bytes = limit.bytes;
  } else {
    found.kills =
        doctor::keyed_count(read_text_or_empty(folders.front() + "/memory.events"), "oom_kill");
  }
  return doctor::check_memory(found);
}

std::size_t allowed_processors(const Patient& patient) {
  cpu_set_t processors{};
  const auto pid = static_cast<pid_t>(patient.pid.value_or(0));
  if (::sched_getaffinity(pid, sizeof processors, &processors) != 0) return 0;
  return static_cast<std::size_t>(CPU_COUNT(&processors));
}

Check processors(const Options& options, const Patient& patient,
                 const std::vector<std::string>& folders) {
  doctor::Processors found;
  found.workers = options.workers;
  found.allowed = allowed_processors(patient);
  for (const auto& folder : folders) {
    lower(found.quota, doctor::parse_cpu_max(read_text_or_empty(folder + "/cpu.max")));
  }
  if (!folders.empty()) {
    const auto stat = read_text_or_empty(folders.front() + "/cpu.stat");
    found.periods = doctor::keyed_count(stat, "nr_periods");
    found.throttled_periods = doctor::keyed_count(stat, "nr_throttled");
  }
  return doctor::check_processors(found);
}

Check tasks(const Options& options, const std::vector<std::string>& folders) {
  doctor::Tasks found;
  found.workers = options.workers;
  for (const auto& folder : folders) {
    const auto max = doctor::parse_count(read_text_or_empty(folder + "/pids.max"));
    if (!max || (found.max && *found.max <= *max)) continue;
    found.max = max;
    found.current = doctor::parse_count(read_text_or_empty(folder + "/pids.current"));
    found.refused = doctor::keyed_count(read_text_or_empty(folder + "/pids.events"), "max");
  }
  return doctor::check_tasks(found);
}

Check clock() {
  constexpr double kMicroseconds = 1e6;
  timex state{};
  const int result = ::adjtimex(&state);
  if (result < 0) return doctor::check_clock(std::nullopt);
  const bool is_synchronised =
      result != TIME_ERROR && (static_cast<unsigned>(state.status) & unsigned{STA_UNSYNC}) == 0;
  return doctor::check_clock(
      doctor::KernelClock{is_synchronised, static_cast<double>(state.maxerror) / kMicroseconds});
}

std::optional<std::uint64_t> backlog_drops() {
  return doctor::parse_backlog_drops(read_text_or_empty("/proc/net/softnet_stat"));
}

doctor::MappingFile examine_mapping(const Options& options) {
  doctor::MappingFile file{.path = options.mapping_path};
  if (file.path.empty()) return file;
  try {
    static_cast<void>(rulefile::load_rules(file.path, options.load_options()));
    for (const auto& finding : lint::lint_file(file.path, {.names = options.pipeline.names})) {
      if (finding.kind->severity == lint::Severity::Error) ++file.errors;
      if (finding.kind->severity == lint::Severity::Warning) ++file.warnings;
    }
  } catch (const rulefile::ConfigError& error) {
    file.error = error.what();
  }
  return file;
}

// A save writes beside the file and then takes its place.
doctor::StateFile examine_state(const std::string& path) {
  doctor::StateFile file{.path = path};
  if (path.empty()) return file;
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    file.error = "is a folder";
  } else if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    file.error = folder.native() + ": " + base::errno_text(errno);
  }
  return file;
}

}  // namespace

std::vector<Check> examine_host(const Options& options, const Patient& patient) {
  const auto folders = group_folders(patient);
  std::vector<Check> checks;
  if (!options.udp_addresses.empty()) checks.push_back(receive_buffer(options, patient));
  checks.push_back(doctor::check_default_buffer(setting("core/rmem_default")));
  checks.push_back(doctor::check_backlog(setting("core/netdev_max_backlog"), backlog_drops()));
  checks.push_back(doctor::check_host_drops(doctor::parse_udp_counts(
      read_text_or_empty("/proc/net/snmp"), read_text_or_empty("/proc/net/snmp6"))));
  if (!options.unixgram_paths.empty()) {
    checks.push_back(doctor::check_unix_queue(setting("unix/max_dgram_qlen")));
  }
  checks.push_back(descriptors(options, patient));
  checks.push_back(memory(options, folders));
  checks.push_back(processors(options, patient, folders));
  checks.push_back(tasks(options, folders));
  checks.push_back(clock());
  return checks;
}

std::vector<Check> examine_files(const Options& options) {
  return {doctor::check_mapping(examine_mapping(options)),
          doctor::check_state_file(examine_state(options.state.path))};
}

}  // namespace weir::app
