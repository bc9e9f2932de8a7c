// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "app/foreign_batch.h"
#include "app/influx/influx_counts.h"
#include "app/influx/write_report.h"
#include "app/ingest_sinks.h"
#include "app/refusal_log.h"
#include "weir/base/clock.h"
#include "weir/influx/point_parser.h"
#include "weir/influx/sample_maker.h"
#include "weir/pipeline/pipeline.h"

namespace weir::app {

// Takes lines of InfluxDB's clients into the pipeline of a worker, on its thread.
class PointIntake final : private influx::SampleVisitor, private OriginSource {
 public:
  // All of it must outlive the intake.
  PointIntake(const IngestTarget& target, std::size_t line_bytes_max, InfluxCounts& counts)
      : target_(target), counts_(counts), parser_(line_bytes_max) {}

  // Takes lines off `text` until `bytes_max` of it are gone, or the line at which they are, as one
  // batch. `report` may be null.
  void take(std::string_view& text, std::size_t bytes_max, influx::Precision precision,
            base::TimePoint now, const ForeignOrigin& origin, WriteReport* report);

 private:
  void take_line(std::string_view line, influx::Precision precision, WriteReport* report);
  void refuse(const influx::PointError& error);
  void on_sample(const sample::Sample& sample) override { batch_->add(sample, line_); }
  void on_names_full() override { batch_->flush(); }
  [[nodiscard]] Origin origin_of(std::string_view line) const override;

  const IngestTarget target_;
  InfluxCounts& counts_;
  influx::PointParser parser_;
  influx::SampleMaker maker_;
  // Of the batch in hand.
  ForeignBatch* seen_ = nullptr;
  pipeline::Pipeline::Batch* batch_ = nullptr;
  ForeignOrigin origin_;
  std::string_view line_;
};

}  // namespace weir::app
