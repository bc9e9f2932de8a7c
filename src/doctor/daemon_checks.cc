// SPDX-License-Identifier: Apache-2.0
#include "weir/doctor/daemon_checks.h"

#include <fmt/core.h>

namespace weir::doctor {

namespace {

// `17 s`, `4 min`, `3 h`, `9 days`.
std::string shown_time(double seconds) {
  constexpr double kMinute = 60;
  constexpr double kHour = 3600;
  constexpr double kDay = 86'400;
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.0f} min", seconds / kMinute);
  if (seconds < 2 * kDay) return fmt::format("{:.0f} h", seconds / kHour);
  return fmt::format("{:.0f} days", seconds / kDay);
}

std::string scrape_config(const Scrapes& scrapes) {
  return fmt::format(
      "add the target to prometheus.yml (static_configs: [{{targets: ['{}']}}]), "
      "and look at its page /targets",
      scrapes.target);
}

Check check_late_scrape(std::string found, double age_seconds) {
  // Prometheus' default is a minute, and an operator's is rarely longer.
  constexpr double kAgeSecondsMax = 300;
  if (age_seconds <= kAgeSecondsMax) return {"scrapes", Verdict::Ok, std::move(found)};
  return {"scrapes", Verdict::Warning, std::move(found),
          "look at /targets of Prometheus: it has stopped to scrape, or cannot reach the daemon"};
}

}  // namespace

Check check_daemon(const DaemonAnswer& daemon) {
  constexpr std::string_view kId = "daemon";
  if (!daemon.failure.empty()) {
    if (daemon.is_expected) {
      return {kId, Verdict::Error, fmt::format("no answer: {}", daemon.failure),
              "start the daemon, or give the URL at which it serves HTTP (--web.listen-address)"};
    }
    return {kId, Verdict::Note, fmt::format("no daemon is asked: {}", daemon.failure),
            "--at=URL names the one to ask: whether senders reach it, and whether it is scraped"};
  }
  const auto found = fmt::format("weir {} at {}, for {}", daemon.version, daemon.url,
                                 shown_time(daemon.uptime_seconds));
  if (daemon.is_ready) return {kId, Verdict::Ok, found};
  return {kId, Verdict::Warning,
          fmt::format("{}, is not ready: {}", found, daemon.not_ready_reason),
          "its log says more; a state file that loads ends by itself"};
}

Check check_scrapes(const Scrapes& scrapes) {
  constexpr std::string_view kId = "scrapes";
  // Prometheus gives up after 10 s unless told otherwise.
  constexpr double kTookSecondsMax = 5;
  if (scrapes.total == 0) {
    return {kId, Verdict::Warning, "the daemon was never scraped", scrape_config(scrapes)};
  }
  const auto every = shown_time(scrapes.uptime_seconds / static_cast<double>(scrapes.total));
  auto found = fmt::format("{} scrapes, one in {} as a mean", scrapes.total, every);
  if (scrapes.has_count_only || !scrapes.last_age_seconds) {
    return {kId, Verdict::Note, found + "; the daemon does not say when the last was",
            "leave --web.disable-status out, and ask again"};
  }
  found += fmt::format("; the last {} ago", shown_time(*scrapes.last_age_seconds));
  if (scrapes.last_took_seconds) {
    found += fmt::format(", it took {:.3f} s", *scrapes.last_took_seconds);
  }
  if (scrapes.last_took_seconds.value_or(0) > kTookSecondsMax) {
    return {kId, Verdict::Warning, std::move(found),
            "raise scrape_timeout (10 s by default), and see which labels make so many series: "
            "weir top"};
  }
  return check_late_scrape(std::move(found), *scrapes.last_age_seconds);
}

Check check_probe(const Probe& probe) {
  constexpr std::string_view kId = "arrival";
  if (!probe.send_error.empty()) {
    return {
        kId, Verdict::Warning,
        fmt::format("{}: an empty line could not be sent: {}", probe.listener, probe.send_error),
        "a route, a firewall, or a socket that belongs to another user"};
  }
  const std::string history = probe.silent_seconds ? fmt::format("before that, {} without a line",
                                                                 shown_time(*probe.silent_seconds))
                                                   : std::string("nothing had come before");
  if (probe.after > probe.before) {
    return {kId, Verdict::Ok,
            fmt::format("{}: an empty line arrived; {}", probe.listener, history)};
  }
  if (probe.refused > 0) {
    return {kId, Verdict::Warning,
            fmt::format("{}: an empty line was refused for its sender", probe.listener),
            "add the network of the senders to --statsd.allow-from"};
  }
  return {kId, Verdict::Error,
          fmt::format("{}: an empty line was sent and did not arrive; {}", probe.listener, history),
          "look for a firewall on the way (nft list ruleset), and whether the daemon reads: weir "
          "top"};
}

Check check_mapping(const MappingFile& file) {
  constexpr std::string_view kId = "mapping";
  if (file.path.empty()) {
    return {kId, Verdict::Ok, "no mapping file is given (--statsd.mapping-config)"};
  }
  if (!file.error.empty()) {
    return {kId, Verdict::Error, fmt::format("{} does not load: {}", file.path, file.error),
            "weir lint says all that is wrong; the daemon does not start with it"};
  }
  const auto found = fmt::format("{} loads, with {} warnings", file.path, file.warnings);
  if (file.errors + file.warnings == 0) return {kId, Verdict::Ok, found};
  return {kId, Verdict::Warning, found, fmt::format("weir lint {}", file.path)};
}

Check check_state_file(const StateFile& file) {
  constexpr std::string_view kId = "state-file";
  if (file.path.empty()) {
    return {kId, Verdict::Ok, "no state file is given: counters begin at 0 with each start"};
  }
  if (file.error.empty()) return {kId, Verdict::Ok, file.path + " can be written"};
  return {kId, Verdict::Error, fmt::format("{}: {}", file.path, file.error),
          "StateDirectory=weir in its unit, or a folder that belongs to the daemon's user"};
}

}  // namespace weir::doctor
