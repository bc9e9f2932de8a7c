// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/line_intake.h"

namespace weir::app {

LineIntake::Batch::Batch(LineIntake& intake, const ForeignOrigin& origin, std::string_view bytes,
                         base::TimePoint now)
    : intake_(intake),
      seen_(intake.target_, intake, intake.keep(origin), bytes, now),
      batch_(intake.target_.pipeline, now) {
  intake_.seen_ = &seen_;
  intake_.batch_ = &batch_;
}

LineIntake::Batch::~Batch() {
  batch_.flush();
  intake_.batch_ = nullptr;
  intake_.seen_ = nullptr;
  intake_.maker_.clear();
}

void LineIntake::take_line(std::string_view line) {
  if (line.size() > line_bytes_max_) return refuse_long(line);
  line_ = line;
  if (wavefront::is_blank(line)) return counts_.lines.blank.add();
  seen_->show(line);
  const auto parsed = parser_.parse(line);
  if (!parsed) return refuse(parsed.error());
  counts_.lines.taken.add();
  counts_.events.add(maker_.make(*parsed, *this));
}

void LineIntake::refuse_long(std::string_view beginning) {
  line_ = beginning;
  counts_.lines.too_long.add();
  seen_->count_unseen();
  report("longer than --limits.line-bytes");
}

void LineIntake::refuse(wavefront::LineFault fault) {
  const bool is_foreign = fault == wavefront::LineFault::Unsupported;
  (is_foreign ? counts_.lines.unsupported : counts_.lines.rejected).add();
  report(wavefront::text_of(fault));
}

void LineIntake::report(std::string_view why) {
  constexpr auto kReason = pipeline::OtherRefusal::BadWavefrontLine;
  if (seen_->refuse(kReason)) seen_->report(kReason, line_, why);
}

Origin LineIntake::origin_of(std::string_view /*line*/) const { return app::origin_of(origin_); }

}  // namespace weir::app
