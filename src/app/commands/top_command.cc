// SPDX-License-Identifier: Apache-2.0
#include "app/commands/top_command.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>
#include <vector>

#include <fmt/core.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/commands/http_client.h"
#include "app/commands/output_format.h"
#include "app/top/layout.h"
#include "app/top/top_model.h"
#include "app/top/top_output.h"
#include "app/top/top_reader.h"
#include "app/top/top_screen.h"
#include "weir/base/ascii.h"

namespace weir::app {

namespace {

constexpr Range<std::chrono::nanoseconds> kIntervals{std::chrono::milliseconds(100),
                                                     std::chrono::hours(1), "from 100ms to 1h"};
constexpr std::size_t kPlainColumns = 80;
// Of each section, where there is no screen that has an end.
constexpr std::size_t kPlainRows = 10;

struct TopArguments {
  TopArguments() {
    flags.add("interval", "How often to ask the daemon.", interval, kIntervals);
    flags.add("once", "Print what it says now, and end.", is_once);
    flags.add_choice("format", "Form of what --once prints.", kFormats, format);
    add_trust_flags(flags, trust);
  }
  // The flags have the addresses of the rest.
  TopArguments(const TopArguments&) = delete;
  TopArguments& operator=(const TopArguments&) = delete;

  FlagSet flags;
  std::chrono::nanoseconds interval{std::chrono::seconds(2)};
  bool is_once = false;
  Format format = Format::Text;
  tls::ServerTrust trust;
};

std::string_view variable(const char* name) {
  // Nothing has started a thread yet.
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string_view() : value;
}

// The first that is set decides (setlocale(3)).
bool is_utf8_terminal() {
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value(variable(name));
    if (value.empty()) continue;
    std::ranges::transform(value, value.begin(), base::to_lower);
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

bool is_terminal() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && variable("TERM") != "dumb";
}

std::size_t plain_columns() {
  winsize size{};
  const bool is_known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : kPlainColumns;
}

CommandResult show_once(const HttpUrl& url, Format format) {
  TopModel model;
  look_at_daemon(url, {}, MetricOrder::Samples, model);
  TopView view = model.view();
  view.url = fmt::format("{}://{}{}", url.is_tls ? "https" : "http", url.authority, url.prefix);
  const bool is_good = view.is_ready && !view.is_losing();
  return {format == Format::Json
              ? top_json(view)
              : plain_text(view, plain_columns(), kPlainRows, is_utf8_terminal()),
          is_good ? EXIT_SUCCESS : EXIT_FAILURE};
}

}  // namespace

CommandResult show_top(std::span<const std::string> arguments) {
  TopArguments read;
  std::vector<std::string> words;
  read.flags.parse(arguments, words);
  const HttpUrl url = parse_only_url(words, read.trust);
  if (read.is_once || read.format == Format::Json || !is_terminal()) {
    return show_once(url, read.format);
  }
  const bool has_colour = variable("NO_COLOR").empty();
  return {.text = {},
          .exit_code = run_top_screen(
              url, {.interval = std::chrono::ceil<std::chrono::milliseconds>(read.interval),
                    .has_colour = has_colour,
                    .is_utf8 = is_utf8_terminal()})};
}

std::string complete_top(std::span<const std::string> words) {
  const TopArguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
