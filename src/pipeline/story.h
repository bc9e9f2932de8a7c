// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "pipeline/binder.h"
#include "pipeline/binding_table.h"
#include "pipeline/counter_policy.h"
#include "pipeline/identity_hash.h"
#include "pipeline/outcome_list.h"
#include "pipeline/sample_group.h"
#include "pipeline/smooth_counts.h"
#include "weir/pipeline/pipeline.h"

namespace weir::pipeline {

// What a sample tells its series.
struct Measurement {
  double value;
  sample::SampleKind kind;
  bool is_relative = false;
  std::uint32_t weight = 1;
};

// The story of one worker: what `Pipeline` promises. Reading lines is in story.cc, what becomes of
// their samples in settle.cc, what is told of those that are refused in refuse.cc.
class Pipeline::Story final : public statsd::LineVisitor {
 public:
  Story(std::shared_ptr<const PreparedRules> rules, metrics::Store& store,
        const PipelineOptions& options);

  // Outside a batch.
  std::shared_ptr<const PreparedRules> use_rules(std::shared_ptr<const PreparedRules> rules);

  void begin(base::TimePoint now);
  void end();

  void datagram(std::string_view bytes);

  // The line holds no newline.
  void line(std::string_view line);

  // Makes nothing borrow from lines that were handed in before.
  void work_off();

  void too_long_line(std::string_view beginning);

  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

  void on_attempt() override { ledger_.samples.add(); }

  void on_rejection(statsd::Rejection rejection, std::string_view part) override;
  void on_weight_capped() override { ledger_.weights_capped.add(); }
  void on_message(statsd::Message message) override;
  void on_unknown_type(const sample::Sample& sample, std::string_view type) override;

  void on_sample(const sample::Sample& sample) override;

 private:
  // False for a line that has to go the parser's way, at which the reader stays.
  bool take_plain_lines();
  void take(std::string_view line);
  void look_up_group();
  void prefetch_observation(const WaitingSample& waiting) const;
  void settle_plain(const WaitingSample& waiting);
  void settle_parsed(const WaitingSample& waiting);
  void settle(const sample::Sample& sample, std::uint64_t hash, Binding* binding);
  bool apply_smoothly(const Measurement& measured, const Binding& binding);

  void show_lines(std::string_view bytes);
  [[nodiscard]] bool is_told(RefusalReason reason) const {
    return options_.refusals != nullptr && options_.refusals->wants(reason);
  }
  void tell_refusal(RefusalReason reason, std::string_view part) const;
  void tell_refused_event(RefusalReason reason, const sample::Sample& sample, double value);
  [[nodiscard]] bool has_live_companion(const Binding& binding) const;
  [[nodiscard]] bool is_current(const Binding& binding, const sample::Sample& sample) const;
  void bind_and_apply(const sample::Sample& sample, std::uint64_t hash, Binding* stale);
  [[nodiscard]] bool is_dead(const Binding& binding) const;
  void apply(const sample::Sample& sample, const Outcome& outcome, metrics::SeriesHeader* header,
             metrics::SeriesHandle series);
  bool is_applicable(const Outcome& outcome, const sample::Sample& sample, double value);
  void touch(const Outcome& outcome, metrics::SeriesHeader* header, metrics::SeriesHandle series);
  void record_companion(double value, const sample::Sample& sample, const Outcome& outcome,
                        metrics::SeriesHeader* histogram);
  void record(double value, std::uint32_t weight, bool is_relative, const Outcome& outcome,
              metrics::SeriesHeader* header);

  void count_tags(const sample::Sample& sample, bool has_labels, std::uint32_t name_errors,
                  std::uint32_t field_errors);
  void count_name_tag_errors(std::string_view name, std::uint32_t errors);
  void count_field_tag_errors(const sample::IdentityFields& fields, std::uint32_t errors);
  // For a line of which no sample was good enough to tell them.
  void count_name_errors(std::string_view name);

  const PipelineOptions options_;
  Ledger ledger_;
  metrics::Store& store_;
  metrics::BatchGate gate_;
  const CounterPolicy counters_;
  statsd::LineParser parser_;
  Binder binder_;
  const IdentityHash hash_;
  BindingTable bindings_;
  std::shared_ptr<const PreparedRules> rules_;
  OutcomeList outcomes_;

  statsd::PlainLineReader reader_;
  SampleGroup group_;
  SmoothCounts smooth_;
  // Set while a line whose shape alone was looked at is parsed after all.
  bool is_settling_ = false;
  // The line in hand.
  std::string_view line_;
  base::TimePoint now_;
  metrics::Ticks tick_ = 0;
  // Malformed tags of the name count once per line, by whoever first knows them.
  bool owes_name_errors_ = false;
};

}  // namespace weir::pipeline
