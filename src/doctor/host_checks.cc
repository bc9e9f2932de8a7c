// SPDX-License-Identifier: Apache-2.0
#include "weir/doctor/host_checks.h"

#include <cmath>

#include <fmt/core.h>

namespace weir::doctor {

namespace {

// Threads beside the workers: main, those that load, save, look up and check passwords, and a few
// to spare.
constexpr std::uint64_t kOtherThreads = 8;
// What the daemon keeps for files, scrapes and its own use, roughly.
constexpr std::uint64_t kOtherDescriptors = 64;
// Kernels and distributions have 10 to 512.
constexpr std::uint64_t kUnixQueueComfortable = 128;
// What the program takes beside its series.
constexpr std::uint64_t kProgramBytes = std::uint64_t{16} << 20U;

std::string shown_bytes(std::uint64_t bytes) {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
  constexpr std::uint64_t kKiB = std::uint64_t{1} << 10U;
  if (bytes >= 10 * kMiB) return fmt::format("{} MiB", bytes / kMiB);
  if (bytes >= 10 * kKiB) return fmt::format("{} KiB", bytes / kKiB);
  return fmt::format("{} bytes", bytes);
}

Check unreadable(std::string_view id, std::string_view what) {
  return {id, Verdict::Note, fmt::format("{} cannot be read here", what),
          "run this on the host itself, or in the daemon's own namespaces"};
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Ok: return "ok";
    case Verdict::Note: return "note";
    case Verdict::Warning: return "warning";
    case Verdict::Error: break;
  }
  return "error";
}

Check check_receive_buffer(const ReceiveBuffer& buffer) {
  constexpr std::string_view kId = "receive-buffer";
  if (buffer.granted_bytes) {
    const std::uint64_t granted = *buffer.granted_bytes / 2;
    if (granted >= buffer.wanted_bytes) {
      return {kId, Verdict::Ok,
              fmt::format("the daemon has the {} that it asks for", shown_bytes(granted))};
    }
    return {kId, Verdict::Warning,
            fmt::format("the daemon asks for {} and has {}", shown_bytes(buffer.wanted_bytes),
                        shown_bytes(granted)),
            fmt::format("sysctl -w net.core.rmem_max={}, keep it in /etc/sysctl.d, and restart the "
                        "daemon",
                        buffer.wanted_bytes)};
  }
  if (!buffer.system_max) return unreadable(kId, "net.core.rmem_max");
  if (*buffer.system_max >= buffer.wanted_bytes) {
    return {kId, Verdict::Ok,
            fmt::format("net.core.rmem_max is {}, the daemon asks for {}",
                        shown_bytes(*buffer.system_max), shown_bytes(buffer.wanted_bytes))};
  }
  return {kId, Verdict::Warning,
          fmt::format("net.core.rmem_max is {}, the daemon asks for {}: a burst may find no room",
                      shown_bytes(*buffer.system_max), shown_bytes(buffer.wanted_bytes)),
          fmt::format("sysctl -w net.core.rmem_max={}, and keep it in /etc/sysctl.d; or give the "
                      "daemon CAP_NET_ADMIN",
                      buffer.wanted_bytes)};
}

Check check_default_buffer(std::optional<std::uint64_t> bytes) {
  constexpr std::string_view kId = "default-buffer";
  if (!bytes) return unreadable(kId, "net.core.rmem_default");
  return {kId, Verdict::Ok,
          fmt::format("net.core.rmem_default is {}: for Unix datagrams, and sockets of systemd "
                      "without ReceiveBuffer=",
                      shown_bytes(*bytes))};
}

Check check_backlog(std::optional<std::uint64_t> packets, std::optional<std::uint64_t> dropped) {
  constexpr std::string_view kId = "network-backlog";
  if (!packets && !dropped) return unreadable(kId, "net.core.netdev_max_backlog");
  const std::string size =
      packets ? fmt::format("net.core.netdev_max_backlog is {}", *packets) : "the queue";
  if (dropped.value_or(0) == 0) return {kId, Verdict::Ok, size + ", nothing was dropped for it"};
  return {
      kId, Verdict::Warning,
      fmt::format("{}, and {} packets found it full since the machine was started", size, *dropped),
      fmt::format("sysctl -w net.core.netdev_max_backlog={}, and see whether the count in "
                  "/proc/net/softnet_stat still grows",
                  packets.value_or(1000) * 4)};
}

Check check_unix_queue(std::optional<std::uint64_t> datagrams) {
  constexpr std::string_view kId = "unix-queue";
  if (!datagrams) return unreadable(kId, "net.unix.max_dgram_qlen");
  const auto found = fmt::format("net.unix.max_dgram_qlen is {}", *datagrams);
  if (*datagrams >= kUnixQueueComfortable) return {kId, Verdict::Ok, found};
  return {kId, Verdict::Note, found + ": a sender waits, or fails, when so many are unread",
          "sysctl -w net.unix.max_dgram_qlen=512 before the daemon starts"};
}

Check check_descriptors(const Descriptors& descriptors) {
  constexpr std::string_view kId = "open-files";
  if (!descriptors.limit) return unreadable(kId, "the limit of open files");
  // The daemon raises its own limit to the hard one when it starts.
  const std::uint64_t wanted = descriptors.connections_max + kOtherDescriptors;
  const auto found =
      fmt::format("{} may open {} files, the flags allow {} connections", descriptors.whose,
                  descriptors.limit->hard, descriptors.connections_max);
  if (descriptors.limit->hard >= wanted) return {kId, Verdict::Ok, found};
  return {kId, Verdict::Warning, found,
          fmt::format("LimitNOFILE={} in its unit, ulimit -Hn, or lower "
                      "--limits.tcp-connections",
                      wanted)};
}

Check check_host_drops(const std::optional<UdpCounts>& counts) {
  constexpr std::string_view kId = "host-datagrams";
  if (!counts) return unreadable(kId, "/proc/net/snmp");
  auto found =
      fmt::format("the host has taken {} datagrams, {} found a full buffer, {} no listener",
                  counts->received, counts->full_buffer, counts->no_port);
  if (counts->errors > counts->full_buffer) {
    found += fmt::format(", {} other errors", counts->errors - counts->full_buffer);
  }
  if (counts->errors == 0) return {kId, Verdict::Ok, found};
  return {kId, Verdict::Note, found + ", since it was started and for all its programs",
          "see whether it grows: nstat -az UdpRcvbufErrors UdpInErrors UdpNoPorts"};
}

Check check_memory(const Memory& memory) {
  constexpr std::string_view kId = "memory-limit";
  const std::uint64_t wanted = memory.budget_bytes + kProgramBytes;
  if (memory.kills.value_or(0) > 0) {
    return {kId, Verdict::Warning,
            fmt::format("the kernel has killed {} processes of the daemon's group for memory",
                        *memory.kills),
            "raise memory.max (MemoryMax=, limits.memory), or lower --limits.store-bytes"};
  }
  if (!memory.group_bytes) {
    return {kId, Verdict::Ok, "no limit of a control group below the memory of the machine"};
  }
  const auto found = fmt::format("the control group may have {}", shown_bytes(*memory.group_bytes));
  if (memory.budget_bytes == 0) {
    return {kId, Verdict::Ok, found + "; the daemon derives its limits from that"};
  }
  if (*memory.group_bytes >= wanted) {
    return {kId, Verdict::Ok,
            fmt::format("{}, the flags allow {}", found, shown_bytes(memory.budget_bytes))};
  }
  return {kId, Verdict::Warning,
          fmt::format("{}, the flags allow {}: the kernel kills the daemon before its limits do "
                      "anything",
                      found, shown_bytes(memory.budget_bytes)),
          "leave --limits.store-bytes and --limits.binding-bytes out, so that they are derived, or "
          "raise memory.max"};
}

Check check_processors(const Processors& processors) {
  constexpr std::string_view kId = "processors";
  const double allowed = processors.quota.value_or(static_cast<double>(processors.allowed));
  auto found = processors.quota ? fmt::format("cpu.max allows {:.2f} processors", allowed)
                                : fmt::format("{} processors, without a quota", processors.allowed);
  if (processors.throttled_periods.value_or(0) > 0) {
    return {kId, Verdict::Warning,
            fmt::format("{}; the group had to wait in {} of {} periods", found,
                        *processors.throttled_periods, processors.periods.value_or(0)),
            "raise CPUQuota= or limits.cpu, or leave it out: while a worker waits the receive "
            "buffer fills"};
  }
  if (allowed > 0 && static_cast<double>(processors.workers) > std::ceil(allowed)) {
    return {kId, Verdict::Warning, fmt::format("{}, for {} workers", found, processors.workers),
            "lower --statsd.workers: those beyond the processors only take turns"};
  }
  if (processors.quota) found += ", and it never had to wait";
  return {kId, Verdict::Ok, found};
}

Check check_tasks(const Tasks& tasks) {
  constexpr std::string_view kId = "task-limit";
  if (!tasks.max) return {kId, Verdict::Ok, "no limit of threads for the group"};
  const auto found =
      fmt::format("pids.max is {}, {} are in use", *tasks.max, tasks.current.value_or(0));
  const bool is_low = *tasks.max < tasks.workers + kOtherThreads;
  if (!is_low && tasks.refused.value_or(0) == 0) return {kId, Verdict::Ok, found};
  return {kId, Verdict::Warning,
          is_low ? fmt::format("{}; the daemon may need {}", found, tasks.workers + kOtherThreads)
                 : fmt::format("{}, and {} threads were refused", found, *tasks.refused),
          "raise TasksMax= or the limit of pids: reloads and saves need threads of their own"};
}

Check check_clock(const std::optional<KernelClock>& clock) {
  constexpr std::string_view kId = "clock";
  if (!clock) return unreadable(kId, "the state of the kernel's clock");
  if (clock->is_synchronised) {
    return {kId, Verdict::Ok,
            fmt::format("synchronised, off by {:.3f} s at most", clock->error_seconds)};
  }
  return {
      kId, Verdict::Note, "the kernel does not hold its clock for synchronised",
      "timedatectl set-ntp true, or chronyd; a guest may be given the time by its host instead"};
}

Check check_skew(std::string_view server, double seconds) {
  constexpr std::string_view kId = "clock-skew";
  constexpr double kSecondsMax = 3;
  if (std::abs(seconds) <= kSecondsMax) {
    return {kId, Verdict::Ok, fmt::format("{} has the same time, to some seconds", server)};
  }
  return {kId, Verdict::Warning,
          fmt::format("the clock of {} is {:.0f} s {} than here", server, std::abs(seconds),
                      seconds > 0 ? "later" : "earlier"),
          "synchronise both: times that are kept, of scrapes and of samples, are off by that"};
}

}  // namespace weir::doctor
