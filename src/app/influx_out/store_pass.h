// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/influx_out/write_options.h"
#include "weir/base/clock.h"
#include "weir/http/gzip_packer.h"
#include "weir/influxwrite/lines.h"
#include "weir/influxwrite/step_memory.h"
#include "weir/influxwrite/write_queue.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir::app {

// How long a batch becomes before it is sent; both are looked at after each few series.
struct BatchLimits {
  static constexpr std::size_t kPointsMax = 5000;
  static constexpr std::size_t kBytesMax = 1'000'000;
  // Below this a server that finds a batch too large is not believed for the next ones.
  static constexpr std::size_t kBytesMin = 4096;

  // Before packing.
  std::size_t bytes_max = kBytesMax;
};

// One pass over a store, and the batches that are made of it: all points have the time at which it
// began. Main thread.
class StorePass {
 public:
  using OnBatch = std::function<void(influxwrite::Batch)>;

  // All but `self_families` outlive it. The lines go by `layout`, to which `memory` belongs;
  // `counts` counts them.
  StorePass(metrics::Store& store, std::vector<metrics::SelfFamily> self_families,
            InfluxLayout layout, influxwrite::StepMemory& memory, influxwrite::LineCounts& counts,
            const BatchLimits& limits);

  // Takes a piece of the store, as long as one of a scrape, and calls `on_batch` where a batch is
  // whole. Returns false when nothing is left.
  bool advance(const OnBatch& on_batch);

 private:
  [[nodiscard]] std::uint64_t batch_points() const { return counts_.points - points_before_; }
  [[nodiscard]] bool is_whole() const;
  void pack();
  void end_batch(const OnBatch& on_batch);

  influxwrite::LineCounts& counts_;
  const BatchLimits& limits_;
  metrics::Scrape scrape_;
  std::string lines_;
  std::unique_ptr<metrics::ReadingVisitor> writer_;
  http::GzipPacker packer_;
  // Of the batch under way.
  std::size_t bytes_ = 0;
  std::uint64_t points_before_ = 0;
};

}  // namespace weir::app
