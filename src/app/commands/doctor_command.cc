// SPDX-License-Identifier: Apache-2.0
#include "app/commands/doctor_command.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/cli/options.h"
#include "app/commands/doctor_output.h"
#include "app/commands/http_client.h"
#include "app/commands/output_format.h"
#include "app/doctor/daemon_state.h"
#include "app/doctor/host_examination.h"
#include "app/doctor/probes.h"
#include "app/doctor/sockets_in_use.h"
#include "app/memory_limit.h"
#include "weir/doctor/host_checks.h"
#include "weir/doctor/socket_checks.h"
#include "weir/net/endpoint.h"

namespace weir::app {

namespace {

using doctor::Check;

// The daemon's flags and those of the command.
struct DoctorArguments {
  DoctorArguments() {
    flags.add("at", "Ask the daemon that serves HTTP at this URL, such as http://localhost:9102.",
              url);
    add_trust_flags(flags, trust);
    flags.add_choice("format", "Form of the answer.", kFormats, format);
    add_flags(flags, options);
  }
  // The flags have the addresses of the rest.
  DoctorArguments(const DoctorArguments&) = delete;
  DoctorArguments& operator=(const DoctorArguments&) = delete;

  FlagSet flags;
  Options options;
  Format format = Format::Text;
  // "": the first of --web.listen-address, on this machine.
  std::string url;
  tls::ServerTrust trust;
};

bool is_given(const FlagSet& flags, std::string_view begin) {
  return std::ranges::any_of(flags.flags(), [begin](const Flag& flag) {
    return flag.is_given && flag.name.starts_with(begin);
  });
}

void note_limits(const FlagSet& flags, Options& options) {
  for (const auto& flag : flags.flags()) {
    if (flag.is_given && flag.name.starts_with("limits.")) options.given_limits.insert(flag.name);
  }
}

bool is_loopback(const HttpUrl& url) {
  return url.host == "localhost" || url.host == "::1" || url.host.starts_with("127.");
}

// Where a daemon with these flags serves HTTP, for a client on the same machine.
HttpUrl own_url(const Options& options, tls::ServerTrust trust) {
  HttpUrl url = parse_http_url("http://localhost:9102", std::move(trust));
  if (options.web_listen_addresses.empty()) return url;
  const auto place = net::split_host_port(options.web_listen_addresses.front());
  const bool is_wildcard = place.host.empty() || place.host == "0.0.0.0" || place.host == "::";
  if (!is_wildcard) url.host = place.host;
  if (!place.port.empty()) url.port = place.port;
  const bool is_ipv6 = url.host.find(':') != std::string::npos;
  url.authority =
      fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", url.host, is_ipv6 ? "]" : "", url.port);
  url.is_tls = !options.web_config_path.empty();
  return url;
}

// The addresses to look at: those of the flags, or of the daemon where the flags name none.
std::vector<WantedAddress> wanted_addresses(const DoctorArguments& read, const DaemonState& daemon,
                                            const HttpUrl& url) {
  auto all = addresses_of(read.options);
  if (is_given(read.flags, "statsd.listen-") || daemon.listeners.empty()) return all;
  std::erase_if(all, [](const WantedAddress& address) { return address.kind != "web"; });
  if (!is_given(read.flags, "web.listen-address")) {
    all = {{"web", fmt::format(":{}", url.port)}};
  }
  for (const auto& listener : daemon.listeners) all.push_back({listener.kind, listener.address});
  return all;
}

void append(std::vector<Check> more, std::vector<Check>& checks) {
  std::ranges::move(more, std::back_inserter(checks));
}

std::vector<Check> check_addresses(const std::vector<doctor::ListenAddress>& addresses) {
  std::vector<Check> checks;
  for (const auto& address : addresses) {
    checks.push_back(doctor::check_address(address));
    if (address.kind == "udp" && address.is_listed) checks.push_back(doctor::check_drops(address));
  }
  return checks;
}

// The smallest UDP buffer is the one that loses first.
std::optional<std::uint64_t> granted_buffer(const DaemonState& daemon) {
  std::optional<std::uint64_t> least;
  for (const auto& listener : daemon.listeners) {
    if (listener.kind != "udp" || !listener.buffer_bytes) continue;
    // That of all workers together.
    const auto of_worker = *listener.buffer_bytes / std::max<std::uint64_t>(daemon.workers, 1);
    if (!least || of_worker < *least) least = of_worker;
  }
  return least;
}

std::optional<std::uint64_t> daemon_pid(const std::vector<doctor::ListenAddress>& addresses) {
  for (const auto& address : addresses) {
    for (const auto& holder : address.holders) {
      if (holder.is_weir) return holder.pid;
    }
  }
  return std::nullopt;
}

std::vector<Check> check_daemon(const HttpUrl& url, const Options& options,
                                const DaemonState& daemon) {
  std::vector<Check> checks{doctor::check_daemon(daemon.answer)};
  if (!daemon.answer.failure.empty()) return checks;
  append(probe_listeners(url, options, daemon), checks);
  checks.push_back(doctor::check_scrapes(daemon.scrapes));
  if (daemon.skew_seconds) {
    checks.push_back(doctor::check_skew(url.authority, *daemon.skew_seconds));
  }
  return checks;
}

// Of this machine, which is the daemon's unless a URL says otherwise.
std::vector<Check> check_machine(const DoctorArguments& read, const HttpUrl& url,
                                 const DaemonState& daemon) {
  std::vector<Check> checks;
  auto options = read.options;
  if (daemon.workers > 0) options.workers = daemon.workers;
  const auto addresses = look_at(wanted_addresses(read, daemon, url));
  append(check_addresses(addresses), checks);
  append(examine_host(options, {daemon_pid(addresses), granted_buffer(daemon)}), checks);
  if (options.mapping_path.empty()) options.mapping_path = daemon.mapping_path;
  append(examine_files(options), checks);
  return checks;
}

std::vector<Check> check_all(const DoctorArguments& read) {
  const bool is_named = !read.url.empty();
  const HttpUrl url =
      is_named ? parse_http_url(read.url, read.trust) : own_url(read.options, read.trust);
  DaemonState daemon = ask_daemon(url, read.options);
  daemon.answer.is_expected = is_named;
  auto checks = check_daemon(url, read.options, daemon);
  if (is_named && !is_loopback(url)) {
    checks.push_back({"host", doctor::Verdict::Note,
                      "what follows is of this machine, with the flags given here",
                      "run this on the machine of the daemon, too"});
    append(check_machine(read, url, {}), checks);
  } else {
    append(check_machine(read, url, daemon), checks);
  }
  return checks;
}

}  // namespace

CommandResult examine(std::span<const std::string> arguments) {
  DoctorArguments read;
  std::vector<std::string> words;
  read.flags.parse(arguments, words);
  if (!words.empty()) throw FlagError("unexpected " + words.front());
  note_limits(read.flags, read.options);
  fit_budgets(read.options, memory_limit(read.options));
  const auto checks = check_all(read);
  return {read.format == Format::Json ? checks_json(checks) : checks_text(checks),
          worst_of(checks) > doctor::Verdict::Note ? EXIT_FAILURE : EXIT_SUCCESS};
}

std::string complete_doctor(std::span<const std::string> words) {
  const DoctorArguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
