// SPDX-License-Identifier: Apache-2.0
// Makes StatsD load. Prepares everything it will send, says so on its standard output, and then
// obeys its standard input, one command a line, each answered by one line of JSON:
//
//   send lines=N seconds=S rate=R     until N lines or S seconds; R lines per second, or full speed
//   watch seconds=S rate=R            the same over --unixgram, watching how long datagrams lie
//
//   --udp=PORT,... | --tcp=PORT,... | --unixgram=PATH     on this host
//   --sources=1           sockets for each port, taking turns
//   --series=10000 --families=1000 --first-series=0 --services=100 --first-service=0
//   --prefix=shop.service --kinds=c --tags=3 --datagram-bytes=0 --lines-min=65536 --seed=1
//   --order=random | repeated
//   --shapes=FILE         a shape of lines on each line of the file
//                         see workload.h
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>

#include <fmt/core.h>

#include "flags.h"
#include "line_sender.h"
#include "workload.h"

namespace weir::bench {
namespace {

std::vector<std::string> comma_separated(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  if (lines.empty()) throw std::invalid_argument("nothing in " + path);
  return lines;
}

LineOrder order_of(const std::string& name) {
  if (name == "random") return LineOrder::Random;
  if (name == "repeated") return LineOrder::Repeated;
  throw std::invalid_argument("no such order: " + name);
}

WorkloadOptions workload_options(const Flags& flags) {
  WorkloadOptions options;
  options.families = flags.number("families", options.families);
  options.series = flags.number("series", options.series);
  options.first_series = flags.number("first-series", options.first_series);
  options.services = flags.number("services", options.services);
  options.first_service = flags.number("first-service", options.first_service);
  options.prefix = flags.text("prefix", options.prefix);
  options.kinds = comma_separated(flags.text("kinds", "c"));
  options.tags = flags.number("tags", options.tags);
  if (const auto shapes = flags.text("shapes"); !shapes.empty()) options.shapes = lines_of(shapes);
  options.datagram_bytes = flags.number("datagram-bytes", options.datagram_bytes);
  options.lines_min = flags.number("lines-min", options.lines_min);
  options.seed = flags.number("seed", options.seed);
  options.order = order_of(flags.text("order", "random"));
  return options;
}

LineSender sender(const Flags& flags, const Workload& workload) {
  using Transport = LineSender::Transport;
  const auto sources = flags.number<std::size_t>("sources", 1);
  for (const auto& [name, transport] : {std::pair{"udp", Transport::Udp},
                                        {"tcp", Transport::Tcp},
                                        {"unixgram", Transport::Unixgram}}) {
    const auto places = comma_separated(flags.text(name));
    if (!places.empty()) return LineSender(workload, transport, places, sources);
  }
  throw std::invalid_argument("one of --udp, --tcp and --unixgram is needed");
}

std::string json_of(const Totals& totals) {
  return fmt::format(
      R"("datagrams":{},"lines":{},"bytes":{},"counters":{},"gauges":{},"observations":{})",
      totals.datagrams, totals.lines, totals.bytes, totals.counters, totals.gauges,
      totals.observations);
}

std::string json_of(const Sent& sent) {
  return fmt::format(R"({},"seconds":{},"errors":{})", json_of(sent.totals), sent.seconds,
                     sent.errors);
}

std::string answer(LineSender& sender, const std::string& command) {
  std::istringstream words(command);
  std::string verb;
  words >> verb;
  Flags flags;
  for (std::string word; words >> word;) flags.add(word);
  const Amount amount{flags.number<std::uint64_t>("lines", 0), flags.number("seconds", 0.0),
                      flags.number("rate", 0.0)};
  if (verb == "send") return "{" + json_of(sender.send(amount)) + "}";
  if (verb != "watch") throw std::invalid_argument("no such command: " + command);
  const Waits waits = sender.watch(amount);
  return fmt::format(R"({{{},"longest_wait":{},"median_wait":{},"longest_blink":{}}})",
                     json_of(waits.sent), waits.longest_seconds, waits.median_seconds,
                     waits.longest_blink_seconds);
}

void run(const Flags& flags) {
  // The default slack of 50 us is as long as the naps between two paced datagrams.
  ::prctl(PR_SET_TIMERSLACK, 1);
  const Workload workload(workload_options(flags));
  LineSender sender = bench::sender(flags, workload);
  std::cout << "{" << json_of(workload.totals(workload.size())) << "}" << std::endl;
  for (std::string command; std::getline(std::cin, command);) {
    std::cout << answer(sender, command) << std::endl;
  }
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  try {
    weir::bench::Flags flags;
    for (int i = 1; i < argc; ++i) flags.add(argv[i]);
    weir::bench::run(flags);
  } catch (const std::exception& error) {
    fmt::print(stderr, "load_generator: {}\n", error.what());
    return 1;
  }
}
