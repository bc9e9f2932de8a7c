// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "weir/metrics/definition.h"
#include "weir/metrics/quantile_sketch.h"

namespace weir::metrics {

// Quantiles over a sliding window: a ring of streams that all receive every observation and are
// emptied one after the other, the oldest of them answering (behaviour value.summary-sketch). Each
// stream collects observations and merges them into its sketch by batches of its own, as the
// reference's streams do, but what they collect is kept once for all of them. Up to 499
// observations the answer is the exact nearest rank. One thread.
class QuantileWindow {
 public:
  // `objectives` must outlive the window; `streams` is 1 at least.
  QuantileWindow(std::span<const Objective> objectives, std::uint32_t streams);

  // In order of arrival; `arrival` need not be set.
  void insert(std::span<const Observation> observations);
  // Empties the oldest stream and turns to the next, `steps` times.
  void advance(std::uint64_t steps);

  // The estimate for `quantile`, NaN when the window is empty. Asking merges what the answering
  // stream has collected once it has merged before, so it may change later answers, as it does in
  // the reference.
  [[nodiscard]] double query(double quantile);
  // Observations in the window, weights included.
  [[nodiscard]] std::uint64_t count() const;
  // Entries kept for the answer, collected ones included.
  [[nodiscard]] std::size_t size() const;

  // All of a window, for another one with the same objectives to go on with.
  struct State {
    struct Stream {
      QuantileSketch::State sketch;
      std::uint64_t begin = 0;
    };
    std::vector<Stream> streams;
    std::uint64_t head = 0;
    std::vector<Observation> collected;
  };
  [[nodiscard]] State state() const;
  // Whether a window of so many streams can have been like this.
  [[nodiscard]] static bool is_possible(const State& state, std::uint32_t streams);
  // `state` is possible.
  void restore(const State& state);

 private:
  struct Stream {
    QuantileSketch sketch;
    // The arrival of the first observation that is collected but not merged.
    std::size_t begin = 0;
  };

  void insert_chunk(std::span<const Observation> chunk);
  void merge_full_streams(std::span<const Observation> ascending);
  void keep_collected(std::span<const Observation> ascending);
  [[nodiscard]] double exact(std::size_t begin, double quantile) const;
  [[nodiscard]] std::uint64_t collected_weight(std::size_t begin) const;

  std::vector<Stream> streams_;
  std::size_t head_ = 0;
  // What at least one stream has still to merge, ascending by value; arrivals count from 0 without
  // a gap.
  std::vector<Observation> collected_;
};

}  // namespace weir::metrics
