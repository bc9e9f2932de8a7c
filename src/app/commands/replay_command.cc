// SPDX-License-Identifier: Apache-2.0
#include "app/commands/replay_command.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/commands/output_format.h"
#include "app/commands/stop_signal.h"
#include "app/commands/traffic_address.h"
#include "app/commands/traffic_sender.h"
#include "weir/base/clock.h"
#include "weir/base/json_writer.h"
#include "weir/base/number.h"
#include "weir/capture/reader.h"

namespace weir::app {

namespace {

using Seconds = std::chrono::duration<double>;

// 0 is as fast as it goes.
double parse_speed(std::string_view text) {
  constexpr double kSpeedMin = 1e-6;
  constexpr double kSpeedMax = 1e9;
  if (text == "full") return 0;
  const auto number = base::parse_number(text);
  if (number.fault != base::NumberFault::None || !(number.value >= kSpeedMin) ||
      number.value > kSpeedMax) {
    throw BadValue("a number from 1e-6 to 1e9, or full");
  }
  return number.value;
}

struct ReplayArguments {
  ReplayArguments() {
    flags.add_parsed(
        "speed",
        "1 keeps the times of the capture, 10 is ten times as fast; full does not wait "
        "for any time.",
        "1", {"1", "full"}, [this](std::string_view text) { speed = parse_speed(text); });
    flags.add("repeat", "Begin again at the end, until stopped.", is_repeated);
    flags.add_choice("format", "Form of the totals at the end: text or json.", kFormats, format);
  }
  // The flags have the addresses of the rest.
  ReplayArguments(const ReplayArguments&) = delete;
  ReplayArguments& operator=(const ReplayArguments&) = delete;

  FlagSet flags;
  double speed = 1;
  bool is_repeated = false;
  Format format = Format::Text;
};

struct Totals {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t errors = 0;
  std::uint64_t left_out = 0;  // of other protocols than StatsD
  double seconds = 0;
  bool is_complete = true;
};

class Replay {
 public:
  Replay(TrafficAddress address, double speed) : address_(std::move(address)), speed_(speed) {}

  // False when it was stopped. Throws std::runtime_error.
  bool send_all(capture::Reader& reader) {
    const auto begin = base::Clock::now();
    capture::Record record;
    while (reader.next(record)) {
      if (capture::is_foreign(record)) {
        ++totals_.left_out;
        continue;
      }
      if (!wait_for(begin, record.seconds) || !send(record)) return false;
    }
    return flush();
  }

  [[nodiscard]] Totals& totals() { return totals_; }

 private:
  bool goes_on() { return totals_.records % kLooksEvery != 0 || !stop_.has_come(); }

  bool wait_for(base::TimePoint begin, double seconds) {
    // Longer than the clock can count is as good as for ever.
    constexpr double kLongest = 1e9;
    if (speed_ == 0) return goes_on();
    const auto due = begin + std::chrono::duration_cast<base::Clock::duration>(
                                 Seconds(std::min(seconds / speed_, kLongest)));
    if (due <= base::Clock::now()) return goes_on();
    if (!flush()) return false;
    const auto left = std::max(due - base::Clock::now(), base::Clock::duration::zero());
    return stop_.wait(-1, 0, left) != StopSignal::Event::Stopped;
  }

  bool send(const capture::Record& record) {
    const auto result = sender_for(record).send(record.bytes);
    if (result == TrafficSender::Result::Stopped) return false;
    if (result == TrafficSender::Result::Refused) ++totals_.errors;
    ++totals_.records;
    totals_.bytes += record.bytes.size();
    return true;
  }

  bool flush() {
    for (const auto& [kind, sender] : senders_) {
      if (sender->flush() == TrafficSender::Result::Stopped) return false;
    }
    return true;
  }

  // Connected when it is first used.
  TrafficSender& sender_for(const capture::Record& record) {
    const bool was_stream = record.transport == name_of(ListenerKind::Tcp) ||
                            record.transport == name_of(ListenerKind::Unixstream);
    const auto kind = address_.kind.value_or(was_stream ? ListenerKind::Tcp : ListenerKind::Udp);
    auto& sender = senders_[kind];
    if (!sender) sender = std::make_unique<TrafficSender>(kind, address_.address, stop_);
    return *sender;
  }

  // A look for the signal is a system call.
  static constexpr std::uint64_t kLooksEvery = 256;

  const TrafficAddress address_;
  const double speed_;
  StopSignal stop_;
  std::map<ListenerKind, std::unique_ptr<TrafficSender>> senders_;
  Totals totals_;
};

std::string left_out_words(const Totals& totals) {
  if (totals.left_out == 0) return {};
  return fmt::format("; {} of other protocols than StatsD left out", totals.left_out);
}

std::string text_of(Format format, const Totals& totals) {
  if (format == Format::Text) {
    return fmt::format("sent {} records, {} bytes, in {:.3f} s; {} errors{}{}\n", totals.records,
                       totals.bytes, totals.seconds, totals.errors, left_out_words(totals),
                       totals.is_complete ? "" : "; not to the end");
  }
  std::string text;
  base::JsonWriter json(text);
  json.open_object().key("records").count(totals.records).key("bytes").count(totals.bytes);
  json.key("seconds").number(totals.seconds).key("errors").count(totals.errors);
  json.key("left_out").count(totals.left_out);
  json.key("is_complete").boolean(totals.is_complete).close_object();
  return text + '\n';
}

// What the capture itself did not get.
std::string remarks_of(const std::string& file, const capture::Reader& reader) {
  if (!reader.is_capture()) return {};
  if (!reader.end()) return fmt::format("{}: the capture was cut off\n", file);
  if (reader.end()->lost == 0) return {};
  return fmt::format("{}: {} records were lost when it was captured\n", file, reader.end()->lost);
}

void open(const std::string& file, std::ifstream& in) {
  if (file == "-") return;
  in.open(file, std::ios::binary);
  if (!in) throw std::runtime_error(fmt::format("cannot read {}", file));
}

// The file once, or again and again. Returns remarks.
std::string replay(const std::string& file, bool is_repeated, Replay& replay) {
  std::string remarks;
  bool goes_on = true;
  while (goes_on) {
    const auto before = replay.totals().records;
    std::ifstream opened;
    open(file, opened);
    capture::Reader reader(file == "-" ? std::cin : opened);
    const bool is_whole = replay.send_all(reader);
    if (!is_whole) replay.totals().is_complete = false;
    if (is_whole) remarks = remarks_of(file, reader);
    goes_on = is_repeated && is_whole && replay.totals().records > before;
  }
  return remarks;
}

}  // namespace

CommandResult replay_traffic(std::span<const std::string> arguments) {
  ReplayArguments read;
  std::vector<std::string> words;
  read.flags.parse(arguments, words);
  if (words.size() < 2) throw FlagError("expected a file and an address, such as :9125");
  if (words.size() > 2) throw FlagError("unexpected " + words[2]);
  auto address = parse_traffic_address(words[1]);
  if (!address) {
    throw FlagError(
        fmt::format("the address must be {}, got '{}'", kTrafficAddressForms, words[1]));
  }
  const std::string& file = words.front();
  if (file == "-" && read.is_repeated) throw FlagError("standard input cannot be repeated");

  Replay sending(*std::move(address), read.speed);
  const auto begin = base::Clock::now();
  CommandResult result;
  try {
    result.remarks = replay(file, read.is_repeated, sending);
  } catch (const std::runtime_error& error) {
    // Before anything was sent there are no totals.
    if (sending.totals().records == 0) throw;
    result.remarks = fmt::format("{}\n", error.what());
    sending.totals().is_complete = false;
  }
  Totals& totals = sending.totals();
  totals.seconds = Seconds(base::Clock::now() - begin).count();
  result.text = text_of(read.format, totals);
  // A repetition has no other end.
  const bool is_good = totals.errors == 0 && (totals.is_complete || read.is_repeated);
  result.exit_code = is_good ? EXIT_SUCCESS : EXIT_FAILURE;
  return result;
}

std::string complete_replay(std::span<const std::string> words) {
  const ReplayArguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
