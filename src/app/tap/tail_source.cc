// SPDX-License-Identifier: Apache-2.0
#include "app/tap/tail_source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "weir/base/json_writer.h"
#include "weir/statsd/line_splitter.h"

namespace weir::app {

namespace {

// As soon as a person sees it.
constexpr std::chrono::milliseconds kTailPollInterval{100};
constexpr std::chrono::seconds kSayInterval{1};
constexpr std::size_t kTailPieceBytes = 65'536;
// Looked through in one go, with nothing else answered meanwhile: a millisecond.
constexpr std::size_t kLookedBytesMax = 262'144;

}  // namespace

TailSource::TailSource(std::unique_ptr<Tap> tap)
    : tap_(std::move(tap)), lines_(tap_->request().lines_per_second) {}

std::chrono::milliseconds TailSource::poll_interval() const { return kTailPollInterval; }

bool TailSource::next(std::string& chunk) {
  if (!has_begun_) {
    if (!tap_->has_begun()) return !tap_->has_ended();
    has_begun_ = true;
    chunk += "{\"skipped\":0}\n";
  }
  // Before the look: what comes after it would be taken for nothing.
  const bool is_end = tap_->has_ended();
  lines_.refill(base::Clock::now());
  std::size_t looked = 0;
  const std::size_t before = chunk.size();
  while (chunk.size() - before < kTailPieceBytes && looked < kLookedBytesMax) {
    const auto record = tap_->front();
    if (!record) {
      show_skipped(chunk, is_end);
      return !is_end;
    }
    looked += record->bytes.size() + 1;
    show_lines(chunk, *record);
    tap_->pop();
  }
  show_skipped(chunk, false);
  return true;
}

void TailSource::show_lines(std::string& chunk, const TapRecord& record) {
  const TapFilter& filter = *tap_->request().filter;
  const std::string sender = record.sender_text();
  if (!filter.takes_sender(sender, record.listener)) return;
  // One of another protocol may have a line feed in quotes.
  if (!record.reason.empty() || protocol_of(record.kind) != sample::Protocol::Statsd) {
    if (takes_line(record)) show_line(chunk, record, sender, record.bytes);
    return;
  }
  statsd::for_each_line(record.bytes, [&](std::string_view line) {
    if (filter.takes_line(line)) show_line(chunk, record, sender, line);
  });
}

bool TailSource::takes_line(const TapRecord& record) {
  const TapFilter& filter = *tap_->request().filter;
  const auto protocol = protocol_of(record.kind);
  return protocol == sample::Protocol::Statsd
             ? filter.takes_line(record.bytes)
             : filter.takes_foreign_line(protocol, record.bytes, foreign_);
}

void TailSource::show_line(std::string& chunk, const TapRecord& record, std::string_view sender,
                           std::string_view line) {
  if (!lines_.has_credit()) return tap_->lose(1);
  lines_.spend(1);
  const auto time = started_.unix_time + (record.time - started_.monotonic);
  const std::chrono::duration<double> seconds = time.time_since_epoch();
  chunk +=
      fmt::format("{{\"t\":{:.6f},\"transport\":\"{}\"", seconds.count(), name_of(record.kind));
  std::string rest;
  base::JsonWriter json(rest);
  json.open_object();
  if (!sender.empty()) json.key("sender").text(sender);
  if (!record.listener.empty()) json.key("listener").text(record.listener);
  json.key("line").text(line);
  if (!record.reason.empty()) json.key("reason").text(record.reason);
  json.close_object();
  rest.front() = ',';
  chunk += rest;
  chunk += '\n';
}

void TailSource::show_skipped(std::string& chunk, bool is_end) {
  const auto now = base::Clock::now();
  if (!is_end && now < says_next_) return;
  const std::uint64_t skipped = tap_->lost();
  const std::uint64_t grown = skipped - std::exchange(said_skipped_, skipped);
  if (grown == 0) return;
  chunk += fmt::format("{{\"skipped\":{}}}\n", grown);
  says_next_ = now + kSayInterval;
}

}  // namespace weir::app
