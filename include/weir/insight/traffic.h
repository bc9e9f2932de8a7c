// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/base/name_validation.h"
#include "weir/insight/foreign_reader.h"
#include "weir/insight/heavy_hitters.h"
#include "weir/insight/sample_ring.h"
#include "weir/metrics/definition.h"
#include "weir/pipeline/counter_policy.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/resolver.h"
#include "weir/sample/protocol.h"
#include "weir/sample/sample.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/line_parser.h"

namespace weir::insight {

// As the pipeline reads lines.
struct TrafficOptions {
  statsd::Dialects dialects;
  statsd::ParserLimits parser;
  pipeline::LabelLimits limits;
  pipeline::CounterPolicy counters;
  base::NameValidation names = base::NameValidation::Legacy;
};

// What is known of a sender. Regular is one that was seen in at least `kRegularMinutes` different
// minutes, and in half of the minutes since it was first seen.
class SenderRecord {
 public:
  static constexpr std::uint64_t kRegularMinutes = 3;
  static constexpr std::chrono::seconds kSilentAfter{60};
  // How many times its usual gap a sender may be late: where few lines of many are looked at, some
  // gaps are long by chance.
  static constexpr int kGapsAllowed = 10;

  void see(std::string_view transport, base::UnixTime now);

  [[nodiscard]] std::string_view transport() const { return transport_; }
  [[nodiscard]] base::UnixTime last_seen() const { return last_; }
  // It was regular, and nothing came for a minute and for ten times its usual gap.
  [[nodiscard]] bool is_silent(base::UnixTime now) const;

 private:
  [[nodiscard]] bool is_regular() const;

  std::string_view transport_;
  base::UnixTime first_{};
  base::UnixTime last_{};
  std::uint64_t seen_ = 0;
  std::uint64_t minutes_ = 0;
};

struct MetricRecord {
  metrics::Type type = metrics::Type::Counter;
};

struct UnmappedRecord {
  sample::SampleKind kind = sample::SampleKind::Counter;
  // What the example is written in.
  sample::Protocol protocol = sample::Protocol::Statsd;
  std::string example;
  std::string sender;
  base::UnixTime last_seen{};
};

// What senders send, from a sample of their lines, in bounded memory. Each line that it is given is
// read and resolved by the rules in use. One thread.
class Traffic {
 public:
  static constexpr std::size_t kEntriesMax = 1000;
  // Longer names and lines are cut.
  static constexpr std::size_t kNameBytesMax = 200;
  static constexpr std::size_t kExampleBytesMax = 512;

  using Rules = std::shared_ptr<const pipeline::PreparedRules>;

  Traffic(const TrafficOptions& options, Rules rules);
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  // From now on `rules` decide: what no rule takes is found out again.
  void use_rules(Rules rules);
  void take(const SampledLine& sampled, base::UnixTime now);

  // By address. `total` counts lines, those whose sender is not known too.
  [[nodiscard]] const HeavyHitters<SenderRecord>& senders() const { return senders_; }
  // By name on the page. Counts samples that have a series.
  [[nodiscard]] const HeavyHitters<MetricRecord>& metrics() const { return metrics_; }
  // By name as sent, without tags. Counts samples; 0 of a name that was seen and not yet counted.
  [[nodiscard]] const HeavyHitters<UnmappedRecord>& unmapped() const { return unmapped_; }
  // All lines, those whose sender is not known too.
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  // Those of them that were looked at.
  [[nodiscard]] std::uint64_t lines_looked_at() const { return lines_looked_at_; }
  // Every line was for itself alone.
  [[nodiscard]] bool has_all_lines() const { return has_all_lines_; }

 private:
  class Collector;

  void take_samples(const SampledLine& sampled, base::UnixTime now);
  void take_sender(const SampledLine& sampled, base::UnixTime now);
  void take_sample(const sample::Sample& sample, const SampledLine& sampled, base::UnixTime now);
  void take_unmapped(const sample::Sample& sample, const SampledLine& sampled, base::UnixTime now);

  statsd::LineParser parser_;
  ForeignReader foreign_;
  pipeline::Resolver resolver_;
  Rules rules_;
  std::uint64_t lines_ = 0;
  std::uint64_t lines_looked_at_ = 0;
  bool has_all_lines_ = true;
  HeavyHitters<SenderRecord> senders_{kEntriesMax, kNameBytesMax};
  HeavyHitters<MetricRecord> metrics_{kEntriesMax, kNameBytesMax};
  HeavyHitters<UnmappedRecord> unmapped_{kEntriesMax, kNameBytesMax};
};

}  // namespace weir::insight
