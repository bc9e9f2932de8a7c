// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/traffic.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "weir/base/escape.h"

namespace weir::insight {

namespace {

auto minute_of(base::UnixTime time) { return std::chrono::floor<std::chrono::minutes>(time); }

}  // namespace

void SenderRecord::see(std::string_view transport, base::UnixTime now) {
  transport_ = transport;
  if (seen_ == 0) first_ = now;
  if (seen_ == 0 || minute_of(now) != minute_of(last_)) ++minutes_;
  ++seen_;
  last_ = now;
}

bool SenderRecord::is_regular() const {
  const auto minutes = (minute_of(last_) - minute_of(first_)).count() + 1;
  return minutes_ >= kRegularMinutes && minutes <= static_cast<std::int64_t>(2 * minutes_);
}

bool SenderRecord::is_silent(base::UnixTime now) const {
  if (!is_regular()) return false;
  const auto usual_gap = (last_ - first_) / static_cast<std::int64_t>(seen_);
  return now - last_ > std::max<std::chrono::nanoseconds>(kSilentAfter, kGapsAllowed * usual_gap);
}

// What the parser finds in a line.
class Traffic::Collector final : public statsd::LineVisitor {
 public:
  Collector(Traffic& traffic, const SampledLine& sampled, base::UnixTime now)
      : traffic_(traffic), sampled_(sampled), now_(now) {}

  void on_attempt() override {}
  void on_sample(const sample::Sample& sample) override {
    traffic_.take_sample(sample, sampled_, now_);
  }
  void on_unknown_type(const sample::Sample& /*sample*/, std::string_view /*type*/) override {}
  void on_rejection(statsd::Rejection /*rejection*/, std::string_view /*part*/) override {}
  void on_weight_capped() override {}
  void on_message(statsd::Message /*message*/) override {}

 private:
  Traffic& traffic_;
  const SampledLine& sampled_;
  const base::UnixTime now_;
};

Traffic::Traffic(const TrafficOptions& options, Rules rules)
    : parser_(options.dialects, options.parser),
      resolver_(options.dialects, options.limits, options.counters, options.names) {
  use_rules(std::move(rules));
}

Traffic::~Traffic() = default;

void Traffic::use_rules(Rules rules) {
  rules_ = std::move(rules);
  parser_.read_sets(rules_->wants_sets);
  unmapped_.clear();
}

void Traffic::take(const SampledLine& sampled, base::UnixTime now) {
  if (sampled.weight > 0) {
    lines_ += sampled.weight;
    ++lines_looked_at_;
    if (sampled.weight > 1) has_all_lines_ = false;
    take_sender(sampled, now);
  }
  take_samples(sampled, now);
}

void Traffic::take_samples(const SampledLine& sampled, base::UnixTime now) {
  if (sampled.protocol == sample::Protocol::Statsd) {
    Collector collector(*this, sampled, now);
    parser_.parse(sampled.line, collector);
    return;
  }
  // One that was too long to be handed over.
  if (sampled.line.empty()) return;
  foreign_.read(sampled.protocol, sampled.line,
                [&](const sample::Sample& sample) { take_sample(sample, sampled, now); });
}

void Traffic::take_sender(const SampledLine& sampled, base::UnixTime now) {
  if (sampled.sender.empty()) return;
  senders_.add(sampled.sender, sampled.weight).see(sampled.transport, now);
}

void Traffic::take_sample(const sample::Sample& sample, const SampledLine& sampled,
                          base::UnixTime now) {
  const pipeline::Resolution resolution = resolver_.resolve(sample, *rules_);
  if (resolution.treatment.disposition == pipeline::Disposition::Unmapped) {
    take_unmapped(sample, sampled, now);
  }
  if (sampled.weight == 0 || !resolution.treatment.is_kept() || resolution.treatment.refusal)
    return;
  metrics_.add(resolution.name, sampled.weight).type = resolution.treatment.type;
}

void Traffic::take_unmapped(const sample::Sample& sample, const SampledLine& sampled,
                            base::UnixTime now) {
  const std::string_view name = resolver_.steps().raw_name;
  // What was only seen once is not to take the place of what comes often.
  if (sampled.weight == 0 && (unmapped_.find(name) != nullptr || !unmapped_.has_room())) return;
  UnmappedRecord& record = unmapped_.add(name, sampled.weight);
  record.kind = sample.kind;
  record.last_seen = now;
  if (!sampled.sender.empty() && record.sender != sampled.sender) record.sender = sampled.sender;
  if (!record.example.empty()) return;
  record.example = base::beginning_of(sampled.line, kExampleBytesMax);
  record.protocol = sampled.protocol;
}

}  // namespace weir::insight
