// SPDX-License-Identifier: Apache-2.0
#include "app/commands/tail_command.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/commands/http_client.h"
#include "app/commands/http_stream.h"
#include "app/commands/output_format.h"
#include "app/commands/stop_signal.h"
#include "app/web/http_paths.h"
#include "weir/base/clock.h"
#include "weir/base/escape.h"
#include "weir/base/json_members.h"

namespace weir::app {

namespace {

constexpr Range<std::uint64_t> kRates{1, 100'000, "from 1 to 100000"};
constexpr Range<std::uint64_t> kLines{0, std::numeric_limits<std::int64_t>::max(), "0 or more"};
constexpr Range<std::chrono::nanoseconds> kTimes{std::chrono::nanoseconds(0),
                                                 std::chrono::nanoseconds::max(), "0s or more"};
// While nothing comes.
constexpr std::chrono::milliseconds kLookInterval{200};

struct TailArguments {
  TailArguments() {
    flags.add("name", "Only lines of this name, without its tags; * is any text, ? a character.",
              name);
    flags.add("tag", "Only lines with this tag: KEY, or KEY:VALUE with * and ? in the value.", tag);
    flags.add("sender",
              "Only what is from this address, with or without its port, or comes to the Unix "
              "socket at this path.",
              sender);
    flags.add("refused", "Only lines that are refused, with the reason.", is_refused);
    flags.add("rate", "Most lines a second; the others are counted.", rate, kRates);
    flags.add("max-lines", "End after so many lines; 0 is no bound.", lines_max, kLines);
    flags.add("max-time", "End after this time; 0s is no bound.", time_max, kTimes);
    flags.add_choice("format", "Form of the lines: text, or json, an object for each.", kFormats,
                     format);
    add_trust_flags(flags, trust);
  }
  // The flags have the addresses of the rest.
  TailArguments(const TailArguments&) = delete;
  TailArguments& operator=(const TailArguments&) = delete;

  FlagSet flags;
  std::string name;
  std::string tag;
  std::string sender;
  bool is_refused = false;
  std::uint64_t rate = 1000;
  std::uint64_t lines_max = 0;
  std::chrono::nanoseconds time_max{0};
  Format format = Format::Text;
  tls::ServerTrust trust;
};

std::string target_of(const TailArguments& read) {
  std::string target = fmt::format("{}?rate={}", kTailPath, read.rate);
  const auto add = [&target](std::string_view key, std::string_view value) {
    if (!value.empty()) target += fmt::format("&{}={}", key, escape_query_value(value));
  };
  add("name", read.name);
  add("tag", read.tag);
  add("sender", read.sender);
  add("refused", read.is_refused ? "true" : "");
  return target;
}

// What the daemon says of one line, or of several that it left out.
struct Shown {
  double time = 0;
  std::string transport;
  std::string origin;  // the sender, or the listening unix socket
  std::string line;
  std::string reason;
  bool is_line = false;
  std::uint64_t skipped = 0;
};

Shown read_object(std::string_view text) {
  Shown shown;
  base::JsonMembers members(text);
  base::JsonMember member;
  while (members.next(member)) {
    if (member.key == "t") shown.time = member.number;
    if (member.key == "transport") shown.transport = member.text;
    if (member.key == "sender" || member.key == "listener") shown.origin = member.text;
    if (member.key == "reason") shown.reason = member.text;
    if (member.key == "skipped") {
      shown.skipped = static_cast<std::uint64_t>(std::max(member.number, 0.0));
    }
    if (member.key != "line") continue;
    shown.line = member.text;
    shown.is_line = true;
  }
  return shown;
}

// `2026-11-29T12:00:00.123Z`.
std::string time_text(double seconds) {
  const auto whole = static_cast<std::time_t>(seconds);
  const auto milliseconds = static_cast<int>((seconds - static_cast<double>(whole)) * 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(whole), milliseconds);
}

std::string text_of(const Shown& shown) {
  if (!shown.is_line) {
    return shown.skipped == 0 ? std::string() : fmt::format("({} lines left out)\n", shown.skipped);
  }
  std::string text = fmt::format("{} {} {} {}", time_text(shown.time), shown.transport,
                                 shown.origin.empty() ? "-" : base::visible(shown.origin),
                                 base::visible(shown.line));
  if (!shown.reason.empty()) text += fmt::format(" [{}]", shown.reason);
  return text + '\n';
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return;
  throw std::runtime_error("cannot write to standard output");
}

// How long to wait for the next line; 0 when the time is over.
std::chrono::milliseconds wait_time(base::TimePoint begin, std::chrono::nanoseconds time_max) {
  if (time_max.count() == 0) return kLookInterval;
  const auto left = time_max - (base::Clock::now() - begin);
  return std::clamp(std::chrono::ceil<std::chrono::milliseconds>(left),
                    std::chrono::milliseconds(0), kLookInterval);
}

// Returns how many lines were shown.
std::uint64_t show_lines(const TailArguments& read, HttpStream& stream) {
  const auto begin = base::Clock::now();
  std::uint64_t lines = 0;
  while (true) {
    const auto time = wait_time(begin, read.time_max);
    if (time.count() == 0) return lines;
    std::string_view text;
    const auto event = stream.next(text, time);
    if (event == HttpStream::Event::End) return lines;
    if (event == HttpStream::Event::Nothing) {
      std::fflush(stdout);
      continue;
    }
    const Shown shown = read_object(text);
    print(read.format == Format::Json ? std::string(text) : text_of(shown));
    if (shown.is_line && ++lines == read.lines_max) return lines;
  }
}

}  // namespace

CommandResult tail_traffic(std::span<const std::string> arguments) {
  TailArguments read;
  std::vector<std::string> words;
  read.flags.parse(arguments, words);
  const HttpUrl url = parse_only_url(words, read.trust);
  StopSignal stop;
  HttpPatience patience;
  patience.interrupt_fd = stop.fd();
  std::uint64_t lines = 0;
  try {
    HttpStream stream(url, target_of(read), patience);
    lines = show_lines(read, stream);
  } catch (const HttpInterrupted&) {
    // The end that a person gives it.
    lines = std::max(lines, std::uint64_t{1});
  }
  return {.text = {}, .exit_code = lines == 0 ? EXIT_FAILURE : EXIT_SUCCESS};
}

std::string complete_tail(std::span<const std::string> words) {
  const TailArguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
