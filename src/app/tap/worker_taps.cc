// SPDX-License-Identifier: Apache-2.0
#include "app/tap/worker_taps.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir::app {

namespace {

// What a tail with a filter may look through in a second: some thousandths of a processor.
constexpr double kLookedBytesPerSecond = 8e6;
// What a datagram or line costs beside its bytes, its sender's address among it.
constexpr double kLookCost = 256;
// Copying so many bytes is as much as one more line.
constexpr double kBytesPerLine = 2048;
// The senders of datagrams are asked for after a refusal whose sender was not known: it is likely
// that there are more like it.
constexpr std::chrono::seconds kPatience{1};

// A line of another protocol is a record; it may have line feeds in quotes.
std::uint64_t lines_in(const TapRecord& record) {
  if (protocol_of(record.kind) != sample::Protocol::Statsd) return 1;
  return 1 + static_cast<std::uint64_t>(std::ranges::count(record.bytes, '\n'));
}

}  // namespace

// One of them, with what it may still do.
struct WorkerTaps::Tap {
  explicit Tap(std::shared_ptr<TapChannel> to)
      : channel(std::move(to)),
        request(*channel->request),
        looks(kLookedBytesPerSecond),
        copies(request.lines_per_second),
        share(request.share, reinterpret_cast<std::uintptr_t>(channel.get())) {}

  [[nodiscard]] bool is_tail() const { return request.kind == TapKind::Tail; }
  [[nodiscard]] bool is_selective(sample::Protocol protocol) const {
    return request.filter && (request.filter->has_needle(protocol) || request.filter->has_sender());
  }
  [[nodiscard]] bool has_credit() const { return looks.has_credit() && copies.has_credit(); }
  void refill(base::TimePoint now) {
    looks.refill(now);
    copies.refill(now);
  }
  // A capture's is for whole records.
  void lose(std::uint64_t count) { channel->lost.add(count); }

  void capture(const TapRecord& record) {
    if (share.takes() && !append(channel->ring, record)) lose(1);
  }

  // Everything is shown for which there is credit.
  void show(const TapRecord& record) {
    if (!copies.has_credit() || !append(channel->ring, record)) return;
    const auto lines = lines_in(record);
    shown += lines;
    copies.spend(static_cast<double>(lines));
  }

  void show_selected(const TapRecord& record) {
    const TapFilter& filter = *request.filter;
    const auto protocol = protocol_of(record.kind);
    const bool has_needle = filter.has_needle(protocol);
    looks.spend(kLookCost + (has_needle ? static_cast<double>(record.bytes.size()) : 0));
    if (!filter.may_be_sender(record.peer, record.listener)) return;
    if (has_needle && !filter.may_take(protocol, record.bytes)) return;
    if (!copies.has_credit() || !append(channel->ring, record)) return lose(lines_in(record));
    copies.spend(1 + static_cast<double>(record.bytes.size()) / kBytesPerLine);
  }

  std::shared_ptr<TapChannel> channel;
  const TapRequest& request;
  TokenBucket looks;   // in bytes
  TokenBucket copies;  // in lines
  RandomShare share;
  // Of the batch: whether it is looked at, and the lines that it shows of it.
  bool is_looking = false;
  std::uint64_t shown = 0;
};

WorkerTaps::WorkerTaps(pipeline::RefusalSink& next) : next_(next) {}
WorkerTaps::~WorkerTaps() = default;

void WorkerTaps::open(std::shared_ptr<TapChannel> channel, const pipeline::Ledger& ledger) {
  ledger_ = &ledger;
  if (taps_.empty()) lines_before_ = ledger.lines.value();
  const bool wants = channel->request->kind == TapKind::Capture || !channel->request->wants_refused;
  wants_senders_ = wants_senders_ || wants;
  channel->is_open.store(true, std::memory_order_release);
  taps_.emplace_back(std::move(channel));
}

void WorkerTaps::close(const TapChannel& channel) {
  taps_.remove_if([&channel](const Tap& tap) { return tap.channel.get() == &channel; });
  if (taps_.empty()) wants_senders_ = false;
}

void WorkerTaps::take_datagrams(std::span<const std::string_view> datagrams,
                                const net::Senders& senders, ListenerKind kind,
                                std::string_view listener) {
  begin_look(kind, now_);
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    look(kind, senders.peer(i), listener, datagrams[i]);
  }
  end_look();
}

void WorkerTaps::begin_look(ListenerKind kind, base::TimePoint now) {
  now_ = now;
  protocol_ = protocol_of(kind);
  for (Tap& tap : taps_) {
    tap.refill(now);
    tap.is_looking = !tap.is_tail() || (!tap.request.wants_refused && tap.has_credit());
    tap.shown = 0;
  }
}

void WorkerTaps::look(ListenerKind kind, const net::Peer& peer, std::string_view listener,
                      std::string_view bytes) {
  TapRecord record;
  record.time = now_;
  record.kind = kind;
  record.peer = peer;
  record.listener = listener;
  record.bytes = bytes;
  if (protocol_ != sample::Protocol::Statsd) ++foreign_lines_;
  for (Tap& tap : taps_) {
    if (!tap.is_looking) continue;
    if (!tap.is_tail()) {
      tap.capture(record);
    } else if (tap.is_selective(protocol_)) {
      tap.show_selected(record);
    } else {
      tap.show(record);
    }
  }
}

void WorkerTaps::end_look() {
  const std::uint64_t lines = ledger_->lines.value();
  const std::uint64_t in_batch =
      lines - std::exchange(lines_before_, lines) + std::exchange(foreign_lines_, 0);
  wants_senders_ = now_ < wants_refused_senders_until_;
  for (Tap& tap : taps_) {
    const bool is_of_traffic = !tap.is_tail() || !tap.request.wants_refused;
    if (!is_of_traffic) continue;
    wants_senders_ = wants_senders_ || !tap.is_tail() || tap.has_credit();
    if (!tap.is_tail() || (tap.is_looking && tap.is_selective(protocol_))) continue;
    tap.lose(in_batch - std::min(in_batch, tap.shown));
  }
}

bool WorkerTaps::wants(pipeline::RefusalReason reason) {
  is_wanted_next_ = next_.wants(reason);
  bool is_wanted = is_wanted_next_;
  for (Tap& tap : taps_) {
    if (!tap.request.wants_refused) continue;
    tap.refill(now_);
    if (tap.has_credit()) {
      is_wanted = true;
    } else {
      tap.lose(1);
    }
  }
  return is_wanted;
}

void WorkerTaps::on_refusal(const pipeline::Refusal& refusal) {
  if (is_wanted_next_) next_.on_refusal(refusal);
  for (Tap& tap : taps_) {
    if (tap.request.wants_refused && tap.has_credit()) show_refusal(tap, refusal);
  }
}

void WorkerTaps::show_refusal(Tap& tap, const pipeline::Refusal& refusal) {
  const TapFilter& filter = *tap.request.filter;
  tap.looks.spend(kLookCost + static_cast<double>(refusal.line.size()));
  const Origin origin = source_->origin_of(refusal.line);
  TapRecord record;
  record.time = now_;
  record.kind = kind_named(origin.transport).value_or(ListenerKind::Udp);
  const auto protocol = protocol_of(record.kind);
  if (filter.has_needle(protocol) && !filter.may_take(protocol, refusal.line)) return;
  const bool is_unix = origin.place.key == "listener";
  (is_unix ? record.listener : record.sender) = origin.place.value;
  if (!is_unix && origin.place.value.empty()) wants_refused_senders_until_ = now_ + kPatience;
  record.reason = name_of(refusal.reason);
  record.bytes = refusal.line;
  if (!append(tap.channel->ring, record)) return tap.lose(1);
  tap.copies.spend(1);
}

}  // namespace weir::app
