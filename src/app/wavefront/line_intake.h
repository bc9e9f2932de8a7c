// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "app/foreign_batch.h"
#include "app/ingest_sinks.h"
#include "app/refusal_log.h"
#include "app/wavefront/wavefront_counts.h"
#include "weir/base/clock.h"
#include "weir/pipeline/pipeline.h"
#include "weir/wavefront/line_parser.h"
#include "weir/wavefront/sample_maker.h"

namespace weir::app {

// Takes lines of Wavefront's clients into the pipeline of a worker, on its thread.
class LineIntake final : private wavefront::SampleVisitor, private OriginSource {
 public:
  // A centroid may count `weight_max` observations. All of it must outlive the intake.
  LineIntake(const IngestTarget& target, std::size_t line_bytes_max, std::uint32_t weight_max,
             WavefrontCounts& counts)
      : target_(target), line_bytes_max_(line_bytes_max), counts_(counts), parser_(weight_max) {}

  // One at a time. Lines that are handed in have to stay until it ends or `flush` returns.
  class Batch {
   public:
    // `bytes` are those of the lines.
    Batch(LineIntake& intake, const ForeignOrigin& origin, std::string_view bytes,
          base::TimePoint now);
    ~Batch();
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    // Without its line feed.
    void line(std::string_view line) { intake_.take_line(line); }
    // One that is skipped, of which this is a beginning.
    void too_long_line(std::string_view beginning) { intake_.refuse_long(beginning); }
    void flush() { batch_.flush(); }

   private:
    LineIntake& intake_;
    ForeignBatch seen_;
    pipeline::Pipeline::Batch batch_;
  };

 private:
  // For messages of the batch.
  const ForeignOrigin& keep(const ForeignOrigin& origin) { return origin_ = origin; }
  void take_line(std::string_view line);
  void refuse_long(std::string_view beginning);
  void refuse(wavefront::LineFault fault);
  void report(std::string_view why);
  void on_sample(const sample::Sample& sample) override { batch_->add(sample, line_); }
  void on_texts_full() override { batch_->flush(); }
  [[nodiscard]] Origin origin_of(std::string_view line) const override;

  const IngestTarget target_;
  const std::size_t line_bytes_max_;
  WavefrontCounts& counts_;
  wavefront::LineParser parser_;
  wavefront::SampleMaker maker_;
  // Of the batch in hand.
  ForeignOrigin origin_;
  ForeignBatch* seen_ = nullptr;
  pipeline::Pipeline::Batch* batch_ = nullptr;
  std::string_view line_;
};

}  // namespace weir::app
