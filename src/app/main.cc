// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "app/cli/options.h"
#include "app/commands/command.h"
#include "app/commands/fsm_dump.h"
#include "app/daemon.h"
#include "app/listen_plan.h"
#include "app/memory_limit.h"
#include "app/process_start.h"
#include "app/tls_source.h"
#include "app/version.h"
#include "weir/base/escape.h"
#include "weir/rulefile/config_error.h"
#include "weir/webconfig/config_file.h"

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

// Says so when not all of it could be written: a mapping file cut short is worse than none.
void print(std::string_view text) {
  const bool is_written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (is_written) return;
  throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
}

int check_config(const weir::app::Options& options, const weir::base::Log& log) {
  boost::asio::io_context unused(1);
  const weir::app::Reloader loaded(options.mapping_path, options.load_options(),
                                   options.rule_fallbacks, unused, log);
  weir::app::dump_fsm(options, *loaded.rules()->rules, log);
  if (!options.web_config_path.empty()) {
    static_cast<void>(weir::webconfig::ConfigFile(options.web_config_path).tls_context());
  }
  static_cast<void>(weir::app::make_ingest_tls_source(options.tcp_tls_config_path, log));
  log.info("Configuration check successful, exiting");
  return EXIT_SUCCESS;
}

// For a person or an editor.
void print(const weir::rulefile::ConfigError& error) {
  for (const auto& diagnostic : error.errors()) {
    fmt::print(stderr, "{}\n", weir::rulefile::text_of(diagnostic));
  }
}

// As the reference, and then what may have been meant.
void print(const weir::app::FlagError& error, std::string_view program) {
  fmt::print(stderr, "{}: error: {}, try --help", program, weir::base::visible(error.what()));
  if (!error.meant().empty()) fmt::print(stderr, "; did you mean '{}'?", error.meant());
  fmt::print(stderr, "\n");
}

void log_all(const weir::rulefile::ConfigError& error, const weir::base::Log& log) {
  for (const auto& diagnostic : error.errors()) {
    log.error("error loading config", {{"error", weir::rulefile::text_of(diagnostic)}});
  }
}

int run(weir::app::Options options) {
  weir::app::set_signal_dispositions();
  weir::app::raise_descriptor_limit();
  weir::app::give_large_blocks_back();
  const weir::base::Log log(options.log_level, options.log_format);
  log.info("Starting StatsD -> Prometheus Exporter", {{"version", weir::app::version_summary()}});
  log.info("Build context", {{"context", weir::app::build_summary()}});
  try {
    if (options.is_check_only) return check_config(options, log);
    const weir::app::MemoryLimit memory = weir::app::memory_limit(options);
    weir::app::fit_budgets(options, memory);
    weir::app::log_budgets(options, memory, log);
    weir::app::Daemon daemon(options, memory, log);
    return daemon.run();
  } catch (const weir::rulefile::ConfigError& error) {
    options.is_check_only ? print(error) : log_all(error, log);
  } catch (const weir::app::StartError& error) {
    error.log_to(log);
  }
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  weir::app::open_standard_descriptors();
  const std::string program = base_name(argv[0]);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  try {
    if (const auto result = weir::app::run_command(arguments, columns())) {
      print(result->text);
      fmt::print(stderr, "{}", result->remarks);
      return result->exit_code;
    }
    CommandLine line = weir::app::parse_command_line(arguments, program, columns());
    if (line.request == FlagSet::Request::Run) return run(std::move(line.options));
    print(line.text);
    return EXIT_SUCCESS;
  } catch (const weir::rulefile::ConfigError& error) {
    print(error);
  } catch (const weir::app::FlagError& error) {
    print(error, program);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: error: {}\n", program, weir::base::visible(error.what()));
  }
  return weir::app::failure_code(arguments);
}
