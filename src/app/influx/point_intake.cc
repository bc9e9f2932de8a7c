// SPDX-License-Identifier: Apache-2.0
#include "app/influx/point_intake.h"

namespace weir::app {

void PointIntake::take(std::string_view& text, std::size_t bytes_max, influx::Precision precision,
                       base::TimePoint now, std::string_view sender, WriteReport* report) {
  sender_ = sender;
  target_.refusal_log.begin_batch(*this, now);
  target_.refusals.begin_batch(*this, now);
  if (target_.trace != nullptr) target_.trace->set_transport(transport_);
  {
    pipeline::Pipeline::Batch batch(target_.pipeline, now);
    batch_ = &batch;
    const std::size_t size = text.size();
    while (!text.empty() && size - text.size() < bytes_max) {
      take_line(influx::take_line(text), precision, report);
    }
  }
  batch_ = nullptr;
  maker_.clear();
}

void PointIntake::take_line(std::string_view line, influx::Precision precision,
                            WriteReport* report) {
  line_ = influx::content_of(line);
  if (line_.empty()) return counts_.lines.blank.add();
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
  if (!target_.refusals.wants(kReason)) return;
  const std::string text = influx::text_of(error);
  target_.refusals.on_refusal({.reason = kReason, .line = line_, .part = text, .event = {}});
}

Origin PointIntake::origin_of(std::string_view /*line*/) const {
  return {transport_, listener_.empty() ? base::Attribute{"sender", std::string(sender_)}
                                        : base::Attribute{"listener", listener_}};
}

}  // namespace weir::app
