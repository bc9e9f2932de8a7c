// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "weir/base/clock.h"
#include "weir/base/cpu.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/ledger.h"
#include "weir/pipeline/line_tap.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/refusal.h"
#include "weir/pipeline/witness.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/line_parser.h"

namespace weir::pipeline {

struct PipelineOptions {
  statsd::Dialects dialects;
  statsd::ParserLimits parser;
  // A longer line is counted and skipped.
  std::size_t line_bytes_max = 65'536;
  std::size_t labels_max = 100;
  std::size_t series_bytes_max = 8192;
  std::size_t bindings_max = 2'097'152;
  std::size_t binding_bytes_max = std::size_t{512} << 20;
  // Metric names that are counted apart when they are refused.
  std::size_t refused_names_max = 10'000;
  // Of the binding table's hash; a secret of the process.
  std::uint64_t seed = 0;
  // No better ones than the processor's.
  base::CpuLevel cpu_level = base::best_cpu_level();
  // A counter event whose value is NaN or infinite is an error; otherwise its series never leaves
  // that value again (Q24).
  bool refuses_non_finite_counters = false;
  // Whether other pipelines work on the same store.
  metrics::Writers writers = metrics::Writers::Several;
  // Sees the raw lines; must outlive the pipeline. Null: nobody does.
  LineTap* tap = nullptr;
  // Is told of every line; must outlive the pipeline. Null: nobody is.
  Witness* witness = nullptr;
  // Is told of what is refused, at no cost for what is not; must outlive the pipeline. Null: nobody
  // is.
  RefusalSink* refusals = nullptr;
};

// The way of a sample, from bytes to its series: split, parse, bind, apply. A line whose name was
// seen before takes one hash and one look-up: no tag parsing, no mapping, no allocation, and no
// lock but the spin lock of a summary or native histogram. One worker.
class Pipeline {
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

    // Bytes that are handed in have to stay until the batch ends or `work_off` returns.

    // All lines of one datagram; the empty piece behind a trailing newline counts as a line
    // (reference 2.1).
    void datagram(std::string_view bytes);
    // One line without its newline.
    void line(std::string_view line);
    // Brings everything that was handed in to its series.
    void work_off();
    // A line that the splitter of a stream skips; what has come of it may go at once.
    void too_long_line(std::string_view beginning);

   private:
    Pipeline& pipeline_;
  };

  // From the next batch on, `rules` decide. Returns those before them: to destroy many takes longer
  // than lines should wait. Worker thread, outside a batch.
  [[nodiscard]] std::shared_ptr<const PreparedRules> use_rules(
      std::shared_ptr<const PreparedRules> rules);

  [[nodiscard]] const Ledger& ledger() const;

 private:
  class Story;
  std::unique_ptr<Story> story_;
};

}  // namespace weir::pipeline
