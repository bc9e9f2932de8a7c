// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/base/cpu.h"
#include "weir/base/guarded.h"
#include "weir/base/memory.h"
#include "weir/base/name_validation.h"
#include "weir/metrics/series.h"
#include "weir/metrics/store.h"
#include "weir/metrics/worker_epoch.h"
#include "weir/pipeline/ledger.h"
#include "weir/pipeline/line_tap.h"
#include "weir/pipeline/line_trace.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/refusal.h"
#include "weir/pipeline/rule_counts.h"
#include "weir/pipeline/unmapped_sink.h"
#include "weir/sample/sample.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/line_parser.h"
#include "weir/statsd/plain_line.h"

namespace weir::sample {
class Fingerprinter;
struct Fingerprint;
}  // namespace weir::sample

namespace weir::pipeline {

class BindingTable;
class FastPathCounts;
class OutcomeList;
class Resolver;
class SampleGroup;
class SharedCounts;
class SeriesAdmission;
struct Binding;
struct CounterPolicy;
struct Outcome;
struct WaitingSample;

struct PipelineOptions {
  statsd::Dialects dialects;
  statsd::ParserLimits parser;
  // A longer line is counted and skipped.
  std::size_t line_bytes_max = 65'536;
  std::size_t labels_max = 100;
  std::size_t series_bytes_max = 8192;
  std::size_t bindings_max = 2'097'152;
  std::size_t binding_bytes_max = std::size_t{512} << 20;
  // Different answers of rules and store that are remembered; samples with another are served the
  // slow way. More than rules and faults can explain come from a hostile sender.
  std::size_t outcomes_max = 65'536;
  // Metric names that are counted apart when they are refused.
  std::size_t refused_names_max = 10'000;
  // Of the fingerprints in the binding table; a secret of the process.
  std::uint64_t seed = 0;
  // No better ones than the processor's.
  base::CpuLevel cpu_level = base::best_cpu_level();
  // A counter event whose value is NaN or infinite is an error; otherwise its series never leaves
  // that value again (difference Q24).
  bool refuses_non_finite_counters = false;
  // What the timestamps of samples are held against, once a batch that has one to honor.
  base::UnixTime (*unix_clock)() = base::unix_now;
  // Whether other pipelines work on the same store.
  metrics::Writers writers = metrics::Writers::Several;
  // What becomes of the characters of names.
  base::NameValidation names = base::NameValidation::Legacy;
  // Sees the raw lines; must outlive the pipeline. May be null.
  LineTap* tap = nullptr;
  // Sees every line before it is parsed; must outlive the pipeline. May be null.
  LineTrace* trace = nullptr;
  // Gets what is refused, at no cost for what is not; must outlive the pipeline. May be null.
  RefusalSink* refusals = nullptr;
  // Hears of new names that no rule takes; must outlive the pipeline. May be null.
  UnmappedSink* unmapped = nullptr;
};

// Takes the lines of one worker from bytes to their series. The private part of this class has the
// steps in their order:
//
//   lines       pipeline.cc   A line of the common shape is read by its shape alone and waits in a
//                             group. Any other line goes through the parser; its samples wait in
//                             the same group.
//   fast path   fast_path.cc  A full group, or the end of the batch, is looked up together. A
//                             sample whose bytes are known, and which only its value could still
//                             keep from its series, updates the series: a fingerprint, a look-up,
//                             no parsing of tags, no rule, no allocation, and no lock but the spin
//                             lock of a summary or native histogram.
//   slow path   slow_path.cc  The first sight of a name: tags are parsed, rules are asked, the
//                             store makes a series, and the answer is kept as a binding. Samples
//                             that are known but need extra counts or checks are applied here too.
//
// A sample never returns to an earlier step. Not thread-safe: one worker, one pipeline.
class alignas(base::kCacheLineBytes) Pipeline {
 public:
  // `store` must outlive the pipeline.
  Pipeline(std::shared_ptr<const PreparedRules> rules, metrics::Store& store,
           const PipelineOptions& options);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Bytes are taken inside a batch only: it lends the time to all of them, and its end is where the
  // main thread may take expired series away.
  class Batch {
   public:
    Batch(Pipeline& pipeline, base::TimePoint now);
    ~Batch();
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    // Bytes that are handed in have to stay until the batch ends or `flush` returns.

    // All lines of one datagram; the empty piece after a trailing newline counts as a line
    // (behaviour line.pieces).
    void datagram(std::string_view bytes);
    // One line without its newline.
    void line(std::string_view line);
    // A sample that another protocol brought, with its tags as influx/tags.h or sample/tag_list.h
    // has them, and the line that it is of, for messages. No line and no sample of StatsD is
    // counted, and no tap or trace sees it.
    void add(const sample::Sample& sample, std::string_view line);
    // Brings everything that was handed in to its series.
    void flush();
    // A line that the splitter of a stream skips; what has come of it may go at once.
    void too_long_line(std::string_view beginning);

   private:
    Pipeline& pipeline_;
  };

  // From the next batch on, `rules` decide. Returns those before them: to destroy many takes longer
  // than lines should wait. Worker thread, outside a batch.
  [[nodiscard]] std::shared_ptr<const PreparedRules> use_rules(
      std::shared_ptr<const PreparedRules> rules);

  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  // Those of the rules in use; what it is given goes on to be right for those. Any thread.
  [[nodiscard]] std::shared_ptr<const RuleCounts> rule_counts() const;

 private:
  // A line that is parsed or on the slow path; its reader owns it and passes it on.
  struct LineContext {
    std::string_view text;
    // Malformed tags of the name count once per line, with the first sample that has looked.
    bool name_tags_uncounted = true;
    bool has_samples = false;
  };
  struct Measurement;
  // A series beside that of a sample, which goes without what the sample brings.
  struct LostSeries {
    // What its name has more.
    std::string_view suffix;
    const metrics::Definition& definition;
    // Conflict or Refused.
    metrics::Admitted admitted;
    bool is_renamed;
  };
  class SampleCollector;

  // Lines.
  void begin_rules();
  void begin_batch(base::TimePoint now);
  void end_batch();
  void show_lines(std::string_view bytes);
  void read_datagram(std::string_view bytes);
  void read_line(std::string_view line);
  // False for a line that has to go through the parser, at which the reader stays.
  bool read_plain_lines();
  void parse_line(std::string_view text);
  void collect(const sample::Sample& sample, LineContext& line);
  void collect_foreign(const sample::Sample& sample, std::string_view line);

  // Fast path.
  void flush();
  void look_up_group();
  void prefetch_observation(const WaitingSample& waiting) const;
  bool try_fast_path(const Measurement& measured, Binding& binding, FastPathCounts& counts);
  bool update_series(const Measurement& measured, double value, const Outcome& outcome,
                     Binding& binding);
  void apply_parsed(const WaitingSample& waiting, FastPathCounts& counts);
  void record(double value, std::uint32_t weight, bool is_relative, const Outcome& outcome,
              metrics::SeriesHeader* header);

  // Slow path.
  void apply_plain(const WaitingSample& waiting);
  void apply_or_bind(const sample::Sample& sample, const sample::Fingerprint& identity,
                     Binding* binding, LineContext& line);
  [[nodiscard]] bool is_valid(const Binding& binding, const sample::Sample& sample) const;
  [[nodiscard]] bool has_live_companion(const Binding& binding) const;
  void count_lookups(const Outcome& outcome, std::uint32_t rule, std::uint32_t lookups,
                     std::uint32_t hits);
  void bind(const sample::Sample& sample, const sample::Fingerprint& identity, Binding* stale,
            LineContext& line);
  [[nodiscard]] bool is_dead(const Binding& binding) const;
  void apply(const sample::Sample& sample, const Outcome& outcome, metrics::SeriesHeader* header,
             metrics::SeriesHandle series, LineContext& line);
  bool is_applicable(const Outcome& outcome, const sample::Sample& sample, double value,
                     const LineContext& line);
  void record_with_timestamp(double value, const sample::Sample& sample, const Outcome& outcome,
                             metrics::SeriesHeader* header, LineContext& line);
  std::uint32_t good_timestamp_of(const sample::Sample& sample, LineContext& line);
  void touch(const Outcome& outcome, metrics::SeriesHeader* header, metrics::SeriesHandle series);
  void record_companion(double value, const sample::Sample& sample, const Outcome& outcome,
                        metrics::SeriesHeader* histogram, const LineContext& line);
  void count_lost_gauges(double value, const sample::Sample& sample, const Outcome& outcome,
                         const LineContext& line);
  [[nodiscard]] CounterPolicy counters() const;

  // What lines and samples count that come to nothing, and tags, at whichever step: refuse.cc.
  void count_tags(const sample::Sample& sample, bool has_labels, std::uint32_t name_errors,
                  std::uint32_t field_errors, LineContext& line);
  void count_name_tag_errors(std::string_view name, std::uint32_t errors, const LineContext& line);
  void count_field_tag_errors(const sample::IdentityFields& fields, std::uint32_t errors,
                              const LineContext& line);
  void count_rejection(statsd::Rejection rejection, std::string_view part, LineContext& line);
  void count_message(statsd::Message message, LineContext& line);
  void count_unknown_type(const sample::Sample& sample, std::string_view type, LineContext& line);
  void count_unread_set(const sample::Sample& sample, const Outcome& outcome, LineContext& line);
  void refuse_member(const sample::Sample& sample, const Outcome& outcome, const LineContext& line);
  void count_plain_fault(const statsd::PlainLineFault& fault, LineContext& line);
  // After the last sample of a line: the malformed tags of its name, where no sample counted them.
  void finish_line(const LineContext& line);
  void count_too_long_line(std::string_view beginning);
  [[nodiscard]] bool is_reported(RefusalReason reason) const {
    return options_.refusals != nullptr && options_.refusals->wants(reason);
  }
  void report_refusal(RefusalReason reason, std::string_view part, const LineContext& line) const;
  void report_refused_event(RefusalReason reason, const sample::Sample& sample, double value,
                            const Outcome& outcome, const LineContext& line);
  void report_lost_series(const LostSeries& lost, const sample::Sample& sample, double value,
                          const Outcome& outcome, const LineContext& line);

  // Held by pointer are types that no other layer needs, so that their headers stay private, and
  // one whose header is long.
  const PipelineOptions options_;
  Ledger ledger_;
  metrics::Store& store_;
  metrics::WorkerEpoch epoch_;
  statsd::PlainLineReader reader_;
  statsd::LineParser parser_;
  std::unique_ptr<SampleGroup> group_;
  std::unique_ptr<const sample::Fingerprinter> fingerprinter_;
  std::unique_ptr<BindingTable> bindings_;
  std::unique_ptr<SharedCounts> shared_counts_;
  std::unique_ptr<OutcomeList> outcomes_;
  std::unique_ptr<Resolver> resolver_;
  std::unique_ptr<SeriesAdmission> admission_;
  std::shared_ptr<const PreparedRules> rules_;
  std::shared_ptr<RuleCounts> rule_counts_;
  // The same, for other threads.
  mutable base::Guarded<std::shared_ptr<const RuleCounts>> shown_rule_counts_;
  // Of the batch.
  base::TimePoint now_;
  metrics::Ticks tick_ = 0;
  // The last time that a sample may give, in Unix seconds; 0 until one is asked for.
  std::uint32_t latest_timestamp_ = 0;
};

}  // namespace weir::pipeline
