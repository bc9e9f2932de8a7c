// SPDX-License-Identifier: Apache-2.0
#include "app/tap/tap_hub.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace weir::app {

namespace {

// Of all workers together: what comes in between two looks, at a million lines a second.
constexpr std::size_t kCaptureBytes = std::size_t{4} << 20U;
constexpr std::size_t kTailBytes = std::size_t{1} << 20U;
// The longest datagram fits several times.
constexpr std::size_t kWorkerBytesMin = std::size_t{256} << 10U;

std::size_t ring_bytes(TapKind kind, std::size_t workers) {
  const std::size_t all = kind == TapKind::Capture ? kCaptureBytes : kTailBytes;
  return std::max(std::bit_floor(all / std::max(workers, std::size_t{1})), kWorkerBytesMin);
}

}  // namespace

bool TapHub::is_full() const {
  return counts(TapKind::Tail).open + counts(TapKind::Capture).open >= kTapsMax;
}

std::unique_ptr<Tap> TapHub::open(TapRequest request) {
  return std::make_unique<Tap>(*this, std::move(request));
}

Tap::Tap(TapHub& hub, TapRequest request)
    : hub_(hub), request_(std::make_shared<const TapRequest>(std::move(request))) {
  const std::size_t bytes = ring_bytes(request_->kind, hub_.workers_.size());
  channels_.reserve(hub_.workers_.size());
  for (const auto& worker : hub_.workers_) {
    worker->open_tap(channels_.emplace_back(std::make_shared<TapChannel>(request_, bytes)));
  }
  ++counts().open;
}

Tap::~Tap() {
  close();
  static_cast<void>(lost());
  --counts().open;
}

bool Tap::has_begun() const {
  return std::ranges::all_of(channels_, [](const auto& channel) {
    return channel->is_open.load(std::memory_order_acquire);
  });
}

std::optional<TapRecord> Tap::front() {
  std::optional<TapRecord> oldest;
  for (const auto& channel : channels_) {
    const auto text = channel->ring.front();
    if (!text) continue;
    const TapRecord record = read_tap_record(*text);
    if (oldest && oldest->time <= record.time) continue;
    oldest = record;
    oldest_ = channel.get();
  }
  return oldest;
}

void Tap::pop() { oldest_->ring.pop(); }

void Tap::close() {
  if (std::exchange(is_closed_, true)) return;
  // At the end of the daemon the workers go first.
  for (std::size_t i = 0; i < std::min(channels_.size(), hub_.workers_.size()); ++i) {
    hub_.workers_[i]->close_tap(channels_[i]);
  }
}

std::uint64_t Tap::lost() {
  std::uint64_t lost = own_lost_;
  for (const auto& channel : channels_) lost += channel->lost.value();
  counts().lost += lost - std::exchange(counted_, lost);
  return lost;
}

}  // namespace weir::app
