// SPDX-License-Identifier: Apache-2.0
#include "app/influx/point_intake.h"

namespace weir::app {

void PointIntake::take(std::string_view& text, std::size_t bytes_max, influx::Precision precision,
                       base::TimePoint now, const ForeignOrigin& origin, WriteReport* report) {
  origin_ = origin;
  ForeignBatch seen(target_, *this, origin_, text.substr(0, bytes_max), now);
  seen_ = &seen;
  {
    pipeline::Pipeline::Batch batch(target_.pipeline, now);
    batch_ = &batch;
    const std::size_t size = text.size();
    while (!text.empty() && size - text.size() < bytes_max) {
      take_line(influx::take_line(text), precision, report);
    }
  }
  batch_ = nullptr;
  seen_ = nullptr;
  maker_.clear();
}

void PointIntake::take_line(std::string_view line, influx::Precision precision,
                            WriteReport* report) {
  line_ = influx::content_of(line);
  if (line_.empty()) return counts_.lines.blank.add();
  seen_->show(line_);
  const auto point = parser_.parse(line_, precision);
  if (!point) {
    if (report != nullptr) report->add_refused(line_, point.error());
    return refuse(point.error());
  }
  const influx::FieldCounts fields = maker_.make(*point, *this);
  counts_.fields.samples.add(fields.samples);
  counts_.fields.texts.add(fields.texts);
  counts_.fields.derived.add(fields.derived);
  (fields.samples > 0 ? counts_.lines.points : counts_.lines.without_samples).add();
  if (report != nullptr) report->add_taken();
}

void PointIntake::refuse(const influx::PointError& error) {
  counts_.lines.rejected.add();
  constexpr auto kReason = pipeline::OtherRefusal::BadPoint;
  if (!seen_->refuse(kReason)) return;
  seen_->report(kReason, line_, influx::text_of(error));
}

Origin PointIntake::origin_of(std::string_view /*line*/) const { return app::origin_of(origin_); }

}  // namespace weir::app
