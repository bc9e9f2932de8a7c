// SPDX-License-Identifier: Apache-2.0
#include "app/foreign_batch.h"

namespace weir::app {

ForeignBatch::ForeignBatch(const IngestTarget& target, const OriginSource& origins,
                           const ForeignOrigin& origin, std::string_view bytes, base::TimePoint now)
    : target_(target),
      source_(*origin.source),
      tapped_(target.taps, source_.kind, origin.peer, {}, now) {
  target.refusal_log.begin_batch(origins, now);
  target.taps.begin_batch(origins, now);
  target.refusals.begin_batch(origins, now);
  if (target.trace != nullptr) target.trace->set_transport(name_of(source_.kind));
  if (!bytes.empty()) source_.activity.note(now, 0);
  target.sampler.use_protocol(protocol_of(source_.kind));
  if (!target.sampler.begin_batch(Sampler::units_of(bytes), now)) return;
  sampler_ = &target.sampler;
  sender_ = origin.peer.address();
  sampler_->begin_lines(bytes, {name_of(source_.kind), sender_});
}

ForeignBatch::~ForeignBatch() {
  if (sampler_ != nullptr) sampler_->end_lines();
  target_.sampler.use_protocol(sample::Protocol::Statsd);
  source_.lines.add(lines_);
  source_.refused.add(refused_);
}

void ForeignBatch::report(pipeline::OtherRefusal reason, std::string_view line,
                          std::string_view why) {
  target_.taps.on_refusal({.reason = reason, .line = line, .part = why, .event = {}});
}

bool wants_senders(const IngestTarget& target) {
  return target.taps.wants_senders() || target.sampler.is_next_wanted() ||
         target.refusals.wants_senders() || target.refusal_log.wants_all_senders();
}

Origin origin_of(const ForeignOrigin& origin) {
  return {name_of(origin.source->kind), {"sender", origin.peer.text()}};
}

}  // namespace weir::app
