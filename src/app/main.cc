// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "app/daemon.h"
#include "app/fsm_dump.h"
#include "app/listen_plan.h"
#include "app/mappings_command.h"
#include "app/options.h"
#include "app/version.h"
#include "weir/base/escape.h"
#include "weir/mapping/config_error.h"

namespace {

using weir::app::CommandLine;
using weir::app::FlagSet;

constexpr std::size_t kDefaultColumns = 80;

std::string base_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

// The width of help texts: COLUMNS, the terminal's, or 80.
std::size_t columns() {
  // Nothing has started a thread yet.
  const char* set = std::getenv("COLUMNS");  // NOLINT(concurrency-mt-unsafe)
  const auto from_environment = set == nullptr ? 0UL : std::strtoul(set, nullptr, 10);
  if (from_environment > 0) return from_environment;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultColumns;
}

// What a daemon must not die of, and what it must.
void settle_signals() {
  for (const int number : {SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR}) {
    std::signal(number, SIG_IGN);
  }
  // A parent that ran it in the background may have had this one ignored.
  std::signal(SIGQUIT, SIG_DFL);
}

int check_config(const weir::app::Options& options, const weir::base::Log& log) {
  boost::asio::io_context unused(1);
  const weir::app::Reloader loaded(options.mapping_path, unused, log);
  weir::app::dump_fsm(options, *loaded.rules()->rules, log);
  log.info("Configuration check successful, exiting");
  return EXIT_SUCCESS;
}

// For a person or an editor.
void print(const weir::mapping::ConfigError& error) {
  for (const auto& diagnostic : error.errors()) {
    fmt::print(stderr, "{}\n", weir::mapping::text_of(diagnostic));
  }
}

void log_all(const weir::mapping::ConfigError& error, const weir::base::Log& log) {
  for (const auto& diagnostic : error.errors()) {
    log.error("error loading config", {{"error", weir::mapping::text_of(diagnostic)}});
  }
}

int run(const weir::app::Options& options) {
  const weir::base::Log log(options.log_level, options.log_format);
  log.info("Starting StatsD -> Prometheus Exporter", {{"version", weir::app::version_summary()}});
  log.info("Build context", {{"context", weir::app::build_summary()}});
  try {
    if (options.is_check_only) return check_config(options, log);
    weir::app::Daemon daemon(options, log);
    return daemon.run();
  } catch (const weir::mapping::ConfigError& error) {
    options.is_check_only ? print(error) : log_all(error, log);
  } catch (const weir::app::StartError& error) {
    error.log_to(log);
  }
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string program = base_name(argv[0]);
  try {
    if (argc > 1 && argv[1] == weir::app::kMappingsCommand) {
      const std::vector<std::string> arguments(argv + 2, argv + argc);
      fmt::print("{}", weir::app::mappings_command(arguments, columns()));
      return EXIT_SUCCESS;
    }
    // Behind the command, which a reader that has seen enough ends.
    settle_signals();
    const CommandLine line =
        weir::app::parse_command_line({argv + 1, argv + argc}, program, columns());
    if (line.request == FlagSet::Request::Run) return run(line.options);
    fmt::print("{}", line.text);
    return EXIT_SUCCESS;
  } catch (const weir::mapping::ConfigError& error) {
    print(error);
  } catch (const weir::app::FlagError& error) {
    fmt::print(stderr, "{}: error: {}, try --help\n", program, weir::base::visible(error.what()));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: error: {}\n", program, weir::base::visible(error.what()));
  }
  return EXIT_FAILURE;
}
