// SPDX-License-Identifier: Apache-2.0
// From bytes to samples that wait in the group.
#include "weir/pipeline/pipeline.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "pipeline/admission.h"
#include "pipeline/binding_table.h"
#include "pipeline/outcome_list.h"
#include "pipeline/sample_group.h"
#include "pipeline/shared_counts.h"
#include "weir/base/bytes.h"
#include "weir/pipeline/counter_policy.h"
#include "weir/pipeline/resolver.h"
#include "weir/sample/identity.h"

namespace weir::pipeline {

namespace {

BindingLimits binding_limits(const PipelineOptions& options) {
  BindingLimits limits;
  limits.bindings_max = options.bindings_max;
  limits.bytes_max = options.binding_bytes_max;
  return limits;
}

}  // namespace

// What the parser finds in a line.
class Pipeline::SampleCollector final : public statsd::LineVisitor {
 public:
  SampleCollector(Pipeline& pipeline, LineContext& line) : pipeline_(pipeline), line_(line) {}

  void on_attempt() override {
    pipeline_.ledger_.samples.add();
    if (!std::exchange(line_.has_samples, true)) pipeline_.ledger_.sample_lines.add();
  }
  void on_sample(const sample::Sample& sample) override { pipeline_.collect(sample, line_); }
  void on_unknown_type(const sample::Sample& sample, std::string_view type) override {
    pipeline_.count_unknown_type(sample, type, line_);
  }
  void on_rejection(statsd::Rejection rejection, std::string_view part) override {
    pipeline_.count_rejection(rejection, part, line_);
  }
  void on_weight_capped() override { pipeline_.ledger_.weights_capped.add(); }
  void on_message(statsd::Message message) override { pipeline_.count_message(message, line_); }

 private:
  Pipeline& pipeline_;
  LineContext& line_;
};

Pipeline::Pipeline(std::shared_ptr<const PreparedRules> rules, metrics::Store& store,
                   const PipelineOptions& options)
    : options_(options),
      ledger_(options.refused_names_max),
      store_(store),
      reader_(options.dialects, options.line_bytes_max, options.cpu_level),
      parser_(options.dialects, options.parser),
      group_(std::make_unique<SampleGroup>()),
      fingerprinter_(std::make_unique<sample::Fingerprinter>(options.seed, options.cpu_level)),
      bindings_(std::make_unique<BindingTable>(binding_limits(options))),
      shared_counts_(std::make_unique<SharedCounts>()),
      outcomes_(std::make_unique<OutcomeList>(options.writers, options.outcomes_max)),
      resolver_(std::make_unique<Resolver>(
          options.dialects, LabelLimits{options.labels_max, options.series_bytes_max}, counters(),
          options.names)),
      admission_(std::make_unique<SeriesAdmission>(store, ledger_, options.series_bytes_max)),
      rules_(std::move(rules)) {
  store_.add_worker(epoch_);
  begin_rules();
}

Pipeline::~Pipeline() = default;

std::shared_ptr<const PreparedRules> Pipeline::use_rules(
    std::shared_ptr<const PreparedRules> rules) {
  rules_.swap(rules);
  begin_rules();
  ledger_.answers_outdated.add(ledger_.answers_made.value() - ledger_.answers_outdated.value());
  if (!outcomes_->forget()) {
    ledger_.bindings_removed.add(bindings_->size());
    bindings_.reset();
    bindings_ = std::make_unique<BindingTable>(binding_limits(options_));
  }
  return rules;
}

void Pipeline::begin_rules() {
  parser_.read_timestamps(rules_->wants_timestamps);
  parser_.read_sets(rules_->wants_sets);
  auto counts = std::make_shared<RuleCounts>(rules_->generation, rules_->rules->rules().size());
  assert(counts->place_max() <= Binding::kRuleMax);
  shown_rule_counts_.with([&counts](auto& shown) { shown = counts; });
  // No binding that names a place in those before is used again: its outcome is forgotten.
  rule_counts_.swap(counts);
}

std::shared_ptr<const RuleCounts> Pipeline::rule_counts() const {
  return shown_rule_counts_.with([](const auto& shown) { return shown; });
}

CounterPolicy Pipeline::counters() const { return {options_.refuses_non_finite_counters}; }

Pipeline::Batch::Batch(Pipeline& pipeline, base::TimePoint now) : pipeline_(pipeline) {
  pipeline_.begin_batch(now);
}

Pipeline::Batch::~Batch() { pipeline_.end_batch(); }

void Pipeline::Batch::datagram(std::string_view bytes) { pipeline_.read_datagram(bytes); }

void Pipeline::Batch::line(std::string_view line) { pipeline_.read_line(line); }

void Pipeline::Batch::add(const sample::Sample& sample, std::string_view line) {
  pipeline_.collect_foreign(sample, line);
}

void Pipeline::Batch::flush() {
  pipeline_.flush();
  pipeline_.shared_counts_->settle(pipeline_.tick_);
}

void Pipeline::Batch::too_long_line(std::string_view beginning) {
  pipeline_.count_too_long_line(beginning);
}

void Pipeline::begin_batch(base::TimePoint now) {
  now_ = now;
  tick_ = store_.ticks(now);
  latest_timestamp_ = 0;
  ledger_.batches.add();
  epoch_.enter();
}

void Pipeline::end_batch() {
  flush();
  shared_counts_->settle(tick_);
  epoch_.leave();
}

// Unlike the parser's lines these keep their `\r` (behaviour relay.lines).
void Pipeline::show_lines(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    if (end != 0) options_.tap->on_line(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

// All lines of a datagram are shown before the first is parsed: no tap sees a difference, and
// without one this is a single branch.
void Pipeline::read_datagram(std::string_view bytes) {
  if (options_.tap != nullptr) show_lines(bytes);
  const char* const end = bytes.data() + bytes.size();
  reader_.open(bytes.data(), end);
  while (!read_plain_lines()) {
    const char* const at = reader_.place();
    const char* const stop = base::find_either(at, end, '\n', '\n');
    std::string_view line(at, static_cast<std::size_t>(stop - at));
    if (line.ends_with('\r')) line.remove_suffix(1);
    parse_line(line);
    reader_.skip_to(stop);
  }
}

void Pipeline::read_line(std::string_view line) {
  if (options_.tap != nullptr && !line.empty()) options_.tap->on_line(line);
  reader_.open(line.data(), line.data() + line.size());
  if (!read_plain_lines()) parse_line(line);
}

// With a trace every line goes through the parser.
bool Pipeline::read_plain_lines() {
  if (options_.trace != nullptr) return reader_.is_done();
  while (!reader_.is_done()) {
    const std::size_t count = reader_.read(group_->room());
    group_->add_unchecked(count);
    if (!group_->is_full() && !reader_.is_done()) return false;
    if (group_->is_full()) flush();
  }
  return true;
}

void Pipeline::parse_line(std::string_view text) {
  if (text.size() > options_.line_bytes_max) {
    ledger_.bytes_too_long.add(text.size());
    count_too_long_line(text);
    return;
  }
  ledger_.lines.add();
  if (text.empty()) ledger_.blank_lines.add();
  if (options_.trace != nullptr) options_.trace->on_line(text);
  LineContext line{text};
  SampleCollector collector(*this, line);
  parser_.parse(text, collector);
  finish_line(line);
  // What is refused is traced after its line and before the next.
  if (options_.trace != nullptr) flush();
}

// The group may fill in the middle of a line. What is flushed then are samples of this line and of
// lines before it, each with a context of its own; none of them needs the parser.
void Pipeline::collect(const sample::Sample& sample, LineContext& line) {
  // A set may still be refused as one that is not read.
  if (sample.kind != sample::SampleKind::Set) ledger_.good_samples.add();
  group_->add(sample, line.text, fingerprinter_->of(sample), line.name_tags_uncounted);
  line.name_tags_uncounted = false;
  if (group_->is_full()) flush();
}

void Pipeline::collect_foreign(const sample::Sample& sample, std::string_view line) {
  group_->add(sample, line, fingerprinter_->of(sample), /*name_tags_uncounted=*/false);
  if (group_->is_full()) flush();
}

}  // namespace weir::pipeline
