// SPDX-License-Identifier: Apache-2.0
#include "app/commands/capture_command.h"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/commands/capture_listeners.h"
#include "app/commands/capture_output.h"
#include "app/commands/capture_stream.h"
#include "app/commands/http_client.h"
#include "app/commands/output_format.h"
#include "app/commands/traffic_address.h"
#include "weir/base/json_writer.h"
#include "weir/base/number.h"

namespace weir::app {

namespace {

using Times = Range<std::chrono::nanoseconds>;
constexpr Times kAnyTime{std::chrono::nanoseconds(0), std::chrono::nanoseconds::max(),
                         "0s or more"};
constexpr Range<std::uint64_t> kAnyBytes{0, std::numeric_limits<std::int64_t>::max(),
                                         "a number of bytes"};

double parse_rate(std::string_view text) {
  const auto number = base::parse_number(text);
  if (number.fault != base::NumberFault::None || !(number.value > 0) || number.value > 1) {
    throw BadValue("a number above 0 and at most 1");
  }
  return number.value;
}

TrafficAddress parse_listen(std::string_view text) {
  auto address = parse_traffic_address(text);
  if (!address) throw BadValue(std::string(kTrafficAddressForms));
  return *std::move(address);
}

struct CaptureArguments {
  CaptureArguments() {
    flags.add_parsed("listen",
                     "Receive here, in a daemon's place: HOST:PORT for UDP and TCP, or udp://, "
                     "tcp://HOST:PORT, unixgram:// or unixstream://PATH. Repeatable.",
                     "", {},
                     [this](std::string_view text) { listen.push_back(parse_listen(text)); });
    flags.make_repeatable();
    flags.show_no_default();
    flags.add("output", "The file to write, which is emptied first; - is standard output.", output);
    flags.add_bytes("max-bytes", "End when the file is so long; 0 is no bound.", bytes_max,
                    kAnyBytes);
    flags.add("max-time", "End after this time; 0s is no bound.", time_max, kAnyTime);
    flags.add_parsed("sample", "Keep this share of what comes in, chosen at random.", "1", {},
                     [this](std::string_view text) { sample = parse_rate(text); });
    flags.add_choice("format", "Form of the totals at the end: text or json.", kFormats, format);
    add_trust_flags(flags, trust);
  }
  // The flags have the addresses of the rest.
  CaptureArguments(const CaptureArguments&) = delete;
  CaptureArguments& operator=(const CaptureArguments&) = delete;

  FlagSet flags;
  std::vector<TrafficAddress> listen;
  std::string output = "-";
  std::uint64_t bytes_max = std::uint64_t{100} << 20U;
  std::chrono::nanoseconds time_max = std::chrono::minutes(10);
  double sample = 1;
  Format format = Format::Text;
  tls::ServerTrust trust;
};

std::string totals(Format format, const capture::End& end, std::uint64_t bytes) {
  if (format == Format::Text) {
    return fmt::format("captured {} records, {} bytes, in {:.3f} s; {} lost\n", end.records, bytes,
                       end.seconds, end.lost);
  }
  std::string text;
  base::JsonWriter json(text);
  json.open_object().key("records").count(end.records).key("bytes").count(bytes);
  json.key("seconds").number(end.seconds).key("lost").count(end.lost).close_object();
  return text + '\n';
}

}  // namespace

CommandResult capture_traffic(std::span<const std::string> arguments) {
  CaptureArguments read;
  std::vector<std::string> words;
  read.flags.parse(arguments, words);
  if (words.size() > 1) throw FlagError("unexpected " + words[1]);
  if (words.empty() == read.listen.empty()) {
    throw FlagError(
        "expected the URL of a daemon, such as http://localhost:9102, or else --listen=ADDRESS, "
        "such as --listen=:9125");
  }
  std::optional<HttpUrl> url;
  if (!words.empty()) url = parse_http_url(words.front(), read.trust);
  CaptureOutput output(read.output, read.bytes_max);
  const auto end = url ? capture_stream(*url, read.time_max, read.sample, output)
                       : capture_listeners(read.listen, read.time_max, read.sample, output);
  CommandResult result;
  result.exit_code = end.lost > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
  // Not among what is captured.
  (output.is_standard_output() ? result.remarks : result.text) =
      totals(read.format, end, output.bytes());
  return result;
}

std::string complete_capture(std::span<const std::string> words) {
  const CaptureArguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
