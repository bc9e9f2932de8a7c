// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/store_pass.h"

#include <utility>

namespace weir::app {

namespace {

// As scrapes do.
constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;
constexpr std::size_t kSeriesPerStep = 4;
constexpr std::size_t kStepsPerPiece = 1024;

}  // namespace

StorePass::StorePass(metrics::Store& store, std::vector<metrics::SelfFamily> self_families,
                     InfluxLayout layout, influxwrite::StepMemory& memory,
                     influxwrite::LineCounts& counts, const BatchLimits& limits)
    : counts_(counts),
      limits_(limits),
      scrape_(store, std::move(self_families), {}),
      points_before_(counts.points) {
  const influxwrite::LineTarget target{lines_, counts, base::unix_now()};
  writer_ = layout == InfluxLayout::Micrometer ? influxwrite::make_micrometer_lines(target, memory)
                                               : influxwrite::make_prometheus_lines(target);
}

bool StorePass::is_whole() const {
  return batch_points() >= BatchLimits::kPointsMax || bytes_ + lines_.size() >= limits_.bytes_max;
}

bool StorePass::advance(const OnBatch& on_batch) {
  bool has_more = true;
  const base::TimePoint now = base::Clock::now();
  for (std::size_t i = 0; i < kStepsPerPiece && has_more && lines_.size() < kPieceBytes; ++i) {
    has_more = scrape_.advance(*writer_, now, kSeriesPerStep);
    if (is_whole()) break;
  }
  pack();
  if (is_whole() || !has_more) end_batch(on_batch);
  return has_more;
}

void StorePass::pack() {
  bytes_ += lines_.size();
  if (!lines_.empty()) packer_.add(lines_);
  lines_.clear();
}

void StorePass::end_batch(const OnBatch& on_batch) {
  if (batch_points() == 0) return;
  influxwrite::Batch batch{packer_.take(), batch_points(), base::Clock::now()};
  bytes_ = 0;
  points_before_ = counts_.points;
  on_batch(std::move(batch));
}

}  // namespace weir::app
