// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/line_intake.h"

namespace weir::app {

LineIntake::Batch::Batch(LineIntake& intake, const Source& source, base::TimePoint now)
    : intake_(intake), batch_(intake.begin(source, now), now) {
  intake_.batch_ = &batch_;
}

LineIntake::Batch::~Batch() {
  batch_.flush();
  intake_.batch_ = nullptr;
  intake_.maker_.clear();
}

pipeline::Pipeline& LineIntake::begin(const Source& source, base::TimePoint now) {
  source_ = source;
  target_.refusal_log.begin_batch(*this, now);
  target_.refusals.begin_batch(*this, now);
  if (target_.trace != nullptr) target_.trace->set_transport(source.transport);
  return target_.pipeline;
}

void LineIntake::take_line(std::string_view line) {
  if (line.size() > line_bytes_max_) return refuse_long(line);
  line_ = line;
  if (wavefront::is_blank(line)) return counts_.lines.blank.add();
  const auto parsed = parser_.parse(line);
  if (!parsed) return refuse(parsed.error());
  counts_.lines.taken.add();
  counts_.events.add(maker_.make(*parsed, *this));
}

void LineIntake::refuse_long(std::string_view beginning) {
  line_ = beginning;
  counts_.lines.too_long.add();
  report("longer than --limits.line-bytes");
}

void LineIntake::refuse(wavefront::LineFault fault) {
  const bool is_foreign = fault == wavefront::LineFault::Unsupported;
  (is_foreign ? counts_.lines.unsupported : counts_.lines.rejected).add();
  report(wavefront::text_of(fault));
}

void LineIntake::report(std::string_view why) {
  constexpr auto kReason = pipeline::OtherRefusal::BadWavefrontLine;
  if (!target_.refusals.wants(kReason)) return;
  target_.refusals.on_refusal({.reason = kReason, .line = line_, .part = why, .event = {}});
}

Origin LineIntake::origin_of(std::string_view /*line*/) const {
  return {source_.transport, {source_.key, std::string(source_.address)}};
}

}  // namespace weir::app
