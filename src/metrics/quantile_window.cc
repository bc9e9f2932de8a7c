// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/quantile_window.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "metrics/observation_sort.h"

namespace weir::metrics {
namespace {

// A stream of the reference merges when it has collected this many (behaviour
// value.summary-sketch); a weighted observation counts once.
constexpr std::size_t kBatch = 500;
static_assert(kBatch <= kSortedMax);

// Left uninitialised: the buffers of a flush live on the stack.
template <std::size_t kCapacity>
using Scratch = std::array<Observation, kCapacity>;

// Copies the observations that arrived in [begin, end); `to` has room for one more than those. Each
// observation is written and only the wanted ones are stepped over: a branch would be guessed wrong
// half of the time.
std::size_t copy_arrivals(std::span<const Observation> from, std::size_t begin, std::size_t end,
                          Observation* to) {
  std::size_t copied = 0;
  for (const Observation& observation : from) {
    to[copied] = observation;
    copied += static_cast<std::size_t>(observation.arrival - begin < end - begin);
  }
  return copied;
}

}  // namespace

QuantileWindow::QuantileWindow(std::span<const Objective> objectives, std::uint32_t streams)
    : streams_(streams, Stream{QuantileSketch(objectives)}) {
  assert(streams > 0);
}

void QuantileWindow::insert(std::span<const Observation> observations) {
  while (!observations.empty()) {
    const std::size_t chunk = std::min(observations.size(), kBatch);
    insert_chunk(observations.first(chunk));
    observations = observations.subspan(chunk);
  }
}

void QuantileWindow::insert_chunk(std::span<const Observation> chunk) {
  Scratch<kBatch> sorted;
  Scratch<2 * kBatch> all;
  auto arrival = static_cast<std::uint32_t>(collected_.size());
  std::transform(chunk.begin(), chunk.end(), sorted.begin(), [&arrival](Observation observation) {
    observation.arrival = arrival++;
    return observation;
  });
  const auto sorted_end = sorted.begin() + static_cast<std::ptrdiff_t>(chunk.size());
  sort_by_value(std::span(sorted).first(chunk.size()));
  std::merge(collected_.begin(), collected_.end(), sorted.begin(), sorted_end, all.begin(),
             ascends);
  const std::span<const Observation> ascending(all.data(), arrival);
  merge_full_streams(ascending);
  keep_collected(ascending);
}

void QuantileWindow::merge_full_streams(std::span<const Observation> ascending) {
  Scratch<kBatch + 1> batch;
  std::size_t batch_begin = std::numeric_limits<std::size_t>::max();
  for (Stream& stream : streams_) {
    if (ascending.size() - stream.begin < kBatch) continue;
    // Streams often collect in step, and then the batch is the same.
    if (batch_begin != stream.begin) {
      batch_begin = stream.begin;
      copy_arrivals(ascending, batch_begin, batch_begin + kBatch, batch.data());
    }
    stream.sketch.merge(std::span(batch).first(kBatch));
    stream.begin += kBatch;
  }
}

void QuantileWindow::keep_collected(std::span<const Observation> ascending) {
  std::size_t oldest = ascending.size();
  for (const Stream& stream : streams_) oldest = std::min(oldest, stream.begin);
  for (Stream& stream : streams_) stream.begin -= oldest;
  // To the byte: there may be very many windows, and most collect little.
  const std::size_t kept = ascending.size() - oldest;
  if (kept > collected_.capacity()) collected_ = {};
  collected_.reserve(kept);
  collected_.clear();
  for (Observation observation : ascending) {
    if (observation.arrival < oldest) continue;
    observation.arrival -= static_cast<std::uint32_t>(oldest);
    collected_.push_back(observation);
  }
}

void QuantileWindow::advance(std::uint64_t steps) {
  const std::uint64_t emptied = std::min<std::uint64_t>(steps, streams_.size());
  for (std::uint64_t i = 0; i < emptied; ++i) {
    Stream& stream = streams_[(head_ + i) % streams_.size()];
    stream.sketch.reset();
    stream.begin = collected_.size();
  }
  head_ = (head_ + steps) % streams_.size();
}

double QuantileWindow::query(double quantile) {
  Stream& head = streams_[head_];
  if (head.sketch.is_empty()) return exact(head.begin, quantile);
  Scratch<kBatch + 1> batch;
  const std::size_t batched =
      copy_arrivals(collected_, head.begin, collected_.size(), batch.data());
  head.sketch.merge(std::span(batch).first(batched));
  head.begin = collected_.size();
  return head.sketch.query(quantile);
}

double QuantileWindow::exact(std::size_t begin, double quantile) const {
  const double rank = std::ceil(static_cast<double>(collected_weight(begin)) * quantile);
  double value = std::numeric_limits<double>::quiet_NaN();
  double reached = 0;
  for (const Observation& observation : collected_) {
    if (observation.arrival < begin) continue;
    value = observation.value;
    reached += observation.weight;
    if (reached >= rank) break;
  }
  return value;
}

std::uint64_t QuantileWindow::collected_weight(std::size_t begin) const {
  std::uint64_t weight = 0;
  for (const Observation& observation : collected_) {
    if (observation.arrival >= begin) weight += observation.weight;
  }
  return weight;
}

std::uint64_t QuantileWindow::count() const {
  const Stream& head = streams_[head_];
  return head.sketch.count() + collected_weight(head.begin);
}

std::size_t QuantileWindow::size() const {
  const Stream& head = streams_[head_];
  return head.sketch.size() + collected_.size() - head.begin;
}

QuantileWindow::State QuantileWindow::state() const {
  State state{{}, head_, collected_};
  state.streams.reserve(streams_.size());
  for (const Stream& stream : streams_) {
    state.streams.push_back({stream.sketch.state(), stream.begin});
  }
  return state;
}

bool QuantileWindow::is_possible(const State& state, std::uint32_t streams) {
  const std::size_t size = state.collected.size();
  if (state.streams.size() != streams || state.head >= streams || size >= kBatch) return false;
  const auto is_within = [size](const State::Stream& stream) {
    return stream.begin <= size && stream.sketch.total >= 0 && std::isfinite(stream.sketch.total);
  };
  if (!std::ranges::all_of(state.streams, is_within)) return false;
  std::array<bool, kBatch> has_arrived{};
  for (std::size_t i = 0; i < size; ++i) {
    const Observation& observation = state.collected[i];
    if (observation.weight == 0 || observation.arrival >= size) return false;
    if (std::exchange(has_arrived.at(observation.arrival), true)) return false;
    if (i > 0 && precedes(observation.value, state.collected[i - 1].value)) return false;
  }
  return true;
}

void QuantileWindow::restore(const State& state) {
  head_ = state.head;
  collected_ = state.collected;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    streams_[i].sketch.restore(state.streams[i].sketch);
    streams_[i].begin = state.streams[i].begin;
  }
}

}  // namespace weir::metrics
