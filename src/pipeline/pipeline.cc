// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/pipeline.h"

#include <algorithm>
#include <limits>
#include <map>
#include <new>
#include <utility>
#include <vector>

#include "pipeline/binder.h"
#include "pipeline/binding_table.h"
#include "pipeline/counter_policy.h"
#include "pipeline/outcome.h"
#include "pipeline/sample_group.h"
#include "weir/statsd/line_splitter.h"
#include "weir/statsd/plain_line.h"
#include "weir/statsd/tag_parser.h"

namespace weir::pipeline {

namespace {

// More different outcomes than rules and faults can explain come from a hostile sender; they are
// served without being remembered.
constexpr std::size_t kOutcomesMax = 65'536;

EventError event_error(Failure failure) {
  switch (failure) {
    case Failure::ReservedLabel: return EventError::ReservedLabel;
    case Failure::TooManyLabels: return EventError::TooManyLabels;
    case Failure::SeriesTooLong: return EventError::SeriesTooLong;
    default: return EventError::EmptyMetricName;
  }
}

BindingLimits binding_limits(const PipelineOptions& options) {
  BindingLimits limits;
  limits.bindings_max = options.bindings_max;
  limits.key_bytes_max = options.binding_bytes_max;
  return limits;
}

}  // namespace

class Pipeline::Story final : public statsd::LineVisitor {
 public:
  Story(std::shared_ptr<const PreparedRules> rules, metrics::Store& store,
        const PipelineOptions& options)
      : options_(options),
        ledger_(options.refused_names_max),
        store_(store),
        counters_{options.refuses_non_finite_counters},
        parser_(options.dialects, options.parser),
        binder_(store, ledger_, options.dialects, {options.labels_max, options.series_bytes_max},
                counters_),
        bindings_(binding_limits(options), options.seed),
        rules_(std::move(rules)) {
    store_.add_gate(gate_);
  }

  void use_rules(std::shared_ptr<const PreparedRules> rules) {
    rules_ = std::move(rules);
    // What refers to the old outcomes is of an older generation and never looked at again.
    outcomes_.clear();
    outcome_places_.clear();
  }

  void begin(base::TimePoint now) {
    now_ = now;
    tick_ = store_.ticks(now);
    ledger_.batches.add();
    gate_.enter();
  }
  void end() {
    work_off();
    gate_.leave();
  }

  void datagram(std::string_view bytes);

  // The line holds no newline.
  void line(std::string_view line);

  // Makes nothing borrow from lines that were handed in before.
  void work_off();

  void too_long_lines(std::size_t count) { ledger_.lines_too_long.add(count); }

  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

  void on_attempt() override { ledger_.samples.add(); }

  void on_rejection(statsd::Rejection rejection) override {
    ledger_.rejections[static_cast<std::size_t>(rejection)].add();
    if (options_.witness != nullptr) options_.witness->on_rejection(line_, rejection);
    // Such a line has no name to speak of.
    if (rejection == statsd::Rejection::MalformedLine) owes_name_errors_ = false;
  }

  void on_weight_capped() override { ledger_.weights_capped.add(); }

  void on_message(statsd::Message message) override {
    owes_name_errors_ = false;
    (message == statsd::Message::Event ? ledger_.dogstatsd_events
                                       : ledger_.dogstatsd_service_checks)
        .add();
  }

  void on_unknown_type(const statsd::Sample& sample) override {
    const auto tags = binder_.count_tags(sample);
    count_tags(tags.has_labels, tags.name_errors, tags.field_errors);
    on_rejection(statsd::Rejection::IllegalEvent);
  }

  void on_sample(const statsd::Sample& sample) override;

 private:
  const char* take_plain_lines(const char* at, const char* end);
  void take(std::string_view line);
  void add_to_group(WaitingSample& waiting) {
    waiting.hash = bindings_.hash(waiting.sample);
    bindings_.prefetch(waiting.hash);
    group_.add();
    if (group_.is_full()) work_off();
  }
  void prefetch_observation(const WaitingSample& waiting) const;
  void settle(const WaitingSample& waiting);
  void settle(const statsd::Sample& sample, std::uint64_t hash, Binding* binding);
  bool apply_smoothly(const statsd::Sample& sample, const Binding& binding);
  void count_smooth(const statsd::Sample& sample, const Outcome& outcome);

  void show_lines(std::string_view bytes);
  void tell_loss(std::string_view reason) const {
    if (options_.witness != nullptr) options_.witness->on_lost_event(line_, reason);
  }
  [[nodiscard]] bool is_current(const Binding& binding, const statsd::Sample& sample) const;
  void bind_and_apply(const statsd::Sample& sample, std::uint64_t hash, Binding* stale);
  // The place of an outcome, or kOutcomesMax when there is no room for another.
  std::uint32_t keep(const Outcome& outcome);
  [[nodiscard]] bool is_dead(const Binding& binding) const;
  void apply(const statsd::Sample& sample, const Outcome& outcome, metrics::SeriesHeader* header,
             metrics::SeriesHandle series);
  bool is_applicable(const Outcome& outcome, double value, bool is_counter, std::uint32_t weight);
  void record(const statsd::Sample& sample, const Outcome& outcome, metrics::SeriesHeader* header,
              double value);

  void count_tags(bool has_labels, std::uint32_t name_errors, std::uint32_t field_errors) {
    if (has_labels) ledger_.tagged_samples.add();
    if (field_errors != 0) count_tag_errors(field_errors);
    if (owes_name_errors_ && name_errors != 0) count_tag_errors(name_errors);
    owes_name_errors_ = false;
  }

  void count_tag_errors(std::uint32_t errors) {
    ledger_.tag_errors.add(errors);
    if (options_.witness != nullptr) options_.witness->on_malformed_tags(line_, errors);
  }

  // For a line of which no sample was good enough to tell them.
  void count_name_errors(std::string_view name) {
    if (!statsd::may_have_name_tags(name, options_.dialects)) return;
    std::uint32_t errors = 0;
    statsd::parse_name_tags(
        name, options_.dialects, [](std::string_view, std::string_view) {}, errors);
    if (errors != 0) count_tag_errors(errors);
  }

  const PipelineOptions options_;
  Ledger ledger_;
  metrics::Store& store_;
  metrics::BatchGate gate_;
  const CounterPolicy counters_;
  statsd::LineParser parser_;
  Binder binder_;
  BindingTable bindings_;
  std::shared_ptr<const PreparedRules> rules_;
  std::vector<Outcome> outcomes_;
  std::map<decltype(Outcome().key()), std::uint32_t> outcome_places_;

  SampleGroup group_;
  // Set while a line whose shape alone was looked at is parsed after all.
  bool is_settling_ = false;
  // The line in hand.
  std::string_view line_;
  base::TimePoint now_;
  metrics::Ticks tick_ = 0;
  // Malformed tags of the name count once per line, by whoever first knows them.
  bool owes_name_errors_ = false;
};

// All lines of a datagram are shown before the first is parsed: nobody can tell the difference, and
// without a tap this is one branch.
void Pipeline::Story::datagram(std::string_view bytes) {
  if (options_.tap != nullptr) show_lines(bytes);
  const char* const end = bytes.data() + bytes.size();
  const char* at = bytes.data();
  while ((at = take_plain_lines(at, end)) != nullptr) {
    const char* const stop = base::find_either(at, end, '\n', '\n');
    std::string_view line(at, static_cast<std::size_t>(stop - at));
    if (line.ends_with('\r')) line.remove_suffix(1);
    take(line);
    if (stop == end) return;
    at = stop + 1;
  }
}

void Pipeline::Story::line(std::string_view line) {
  if (options_.tap != nullptr && !line.empty()) options_.tap->on_line(line);
  if (take_plain_lines(line.data(), line.data() + line.size()) != nullptr) take(line);
}

// Lines up to the first that has to go the parser's way, whose begin it returns; null when there is
// none. Whoever watches is told what the parser finds.
const char* Pipeline::Story::take_plain_lines(const char* at, const char* end) {
  if (options_.witness != nullptr) return at;
  while (true) {
    WaitingSample& waiting = group_.next();
    // Not std::construct_at, which would clear the unused places of its fields.
    ::new (&waiting.sample) statsd::Sample;
    const char* const stop = statsd::read_plain_line(at, end, options_.dialects, waiting.sample);
    if (stop == nullptr) return at;
    const auto size = static_cast<std::size_t>(stop - at);
    if (size > options_.line_bytes_max) return at;
    waiting.line = {at, size};
    waiting.is_unchecked = true;
    waiting.owes_name_errors = true;
    add_to_group(waiting);
    if (stop == end) return nullptr;
    at = stop + 1;
  }
}

void Pipeline::Story::take(std::string_view line) {
  if (line.size() > options_.line_bytes_max) {
    ledger_.lines_too_long.add();
    return;
  }
  ledger_.lines.add();
  line_ = line;
  if (options_.witness != nullptr) options_.witness->on_line(line);
  owes_name_errors_ = true;
  parser_.parse(line, *this);
  if (owes_name_errors_) count_name_errors(line.substr(0, line.find(':')));
  // Whoever watches wants to be told of things in their order.
  if (options_.witness != nullptr) work_off();
}

// Unlike the parser's lines these keep their `\r` (reference 10).
void Pipeline::Story::show_lines(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    if (end != 0) options_.tap->on_line(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

bool Pipeline::Story::is_current(const Binding& binding, const statsd::Sample& sample) const {
  if (binding.generation != rules_->generation) return false;
  if (binding.series != 0 &&
      store_.at(binding.series)->version.load(std::memory_order_seq_cst) != binding.version) {
    return false;
  }
  const Outcome& outcome = outcomes_[binding.outcome];
  if (outcome.failure == Failure::NotAsked) {
    return !counters_.takes(sample.value * outcome.scale, outcome.is_up_and_down);
  }
  return !outcome.depends_on_release() || outcome.release_epoch == store_.release_epoch();
}

void Pipeline::Story::on_sample(const statsd::Sample& sample) {
  if (is_settling_) {
    const std::uint64_t hash = bindings_.hash(sample);
    return settle(sample, hash, bindings_.find(hash, sample));
  }
  WaitingSample& waiting = group_.next();
  waiting.sample = sample;
  waiting.line = line_;
  waiting.is_unchecked = false;
  waiting.owes_name_errors = owes_name_errors_;
  // The lines that are worked off here are others.
  const std::string_view line = line_;
  add_to_group(waiting);
  line_ = line;
  owes_name_errors_ = false;
}

// Each pass asks for what the next one reads.
void Pipeline::Story::work_off() {
  for (WaitingSample& waiting : group_) waiting.entry = bindings_.candidate(waiting.hash);
  for (const WaitingSample& waiting : group_) {
    if (waiting.entry != nullptr) store_.prefetch(waiting.entry->binding.series);
  }
  for (const WaitingSample& waiting : group_) prefetch_observation(waiting);
  const std::size_t reclaimed = bindings_.reclaimed();
  for (WaitingSample& waiting : group_) {
    // A place that was given up may be another's by now.
    if (bindings_.reclaimed() != reclaimed) waiting.entry = nullptr;
    settle(waiting);
  }
  group_.clear();
}

void Pipeline::Story::prefetch_observation(const WaitingSample& waiting) const {
  if (statsd::event_kind(waiting.sample.kind) != statsd::EventKind::Observer) return;
  if (waiting.entry == nullptr) return;
  const Binding& binding = waiting.entry->binding;
  // Of another summary perhaps, when the hash alone is the same; but what is looked at is one.
  if (binding.generation != rules_->generation || binding.series == 0) return;
  metrics::SeriesHeader* const header = store_.at(binding.series);
  if (outcomes_[binding.outcome].type != metrics::Type::Summary) return;
  if (header->version.load(std::memory_order_acquire) != binding.version) return;
  static_cast<metrics::SummarySeries*>(header)->summary().prefetch();
}

void Pipeline::Story::settle(const WaitingSample& waiting) {
  Binding* const binding =
      waiting.entry != nullptr && BindingTable::holds(*waiting.entry, waiting.sample)
          ? &waiting.entry->binding
          : bindings_.find(waiting.hash, waiting.sample);
  if (waiting.is_unchecked && binding == nullptr) {
    is_settling_ = true;
    take(waiting.line);
    is_settling_ = false;
    return;
  }
  ledger_.lines.add(waiting.is_unchecked ? 1 : 0);
  ledger_.samples.add(waiting.is_unchecked ? 1 : 0);
  if (binding != nullptr && apply_smoothly(waiting.sample, *binding)) return;
  line_ = waiting.line;
  owes_name_errors_ = waiting.owes_name_errors;
  settle(waiting.sample, waiting.hash, binding);
}

// Most samples: known, mapped or unmapped, and with a value that their series takes. False, and
// nothing done, for any other.
bool Pipeline::Story::apply_smoothly(const statsd::Sample& sample, const Binding& binding) {
  if (binding.generation != rules_->generation) return false;
  const Outcome& outcome = outcomes_[binding.outcome];
  if (!outcome.is_smooth) return false;
  metrics::SeriesHeader* const header = store_.at(binding.series);
  if (header->version.load(std::memory_order_seq_cst) != binding.version) return false;
  if (header->ttl.load(std::memory_order_relaxed) != outcome.ttl) return false;
  const double value = outcome.value_of(sample);
  const bool is_harmless = value >= 0 && value <= std::numeric_limits<double>::max();
  if (!is_harmless && sample.kind == statsd::SampleKind::Counter) return false;
  header->touched.store(tick_, std::memory_order_relaxed);
  record(sample, outcome, header, value);
  count_smooth(sample, outcome);
  return true;
}

void Pipeline::Story::count_smooth(const statsd::Sample& sample, const Outcome& outcome) {
  ledger_.lookups.add(sample.weight);
  ledger_.lookup_hits.add(sample.weight);
  ledger_.tagged_samples.add(outcome.has_labels ? 1 : 0);
  (outcome.disposition == Disposition::Mapped ? ledger_.mapped : ledger_.unmapped)
      .add(sample.weight);
  ledger_.applied[static_cast<std::size_t>(statsd::event_kind(sample.kind))].add(sample.weight);
}

void Pipeline::Story::settle(const statsd::Sample& sample, std::uint64_t hash, Binding* binding) {
  if (binding == nullptr || !is_current(*binding, sample)) {
    bind_and_apply(sample, hash, binding);
    return;
  }
  ledger_.lookups.add(sample.weight);
  ledger_.lookup_hits.add(sample.weight);
  metrics::SeriesHeader* header = binding->series == 0 ? nullptr : store_.at(binding->series);
  apply(sample, outcomes_[binding->outcome], header, binding->series);
}

void Pipeline::Story::bind_and_apply(const statsd::Sample& sample, std::uint64_t hash,
                                     Binding* stale) {
  const Bound bound = binder_.bind(sample, *rules_, now_);
  ledger_.lookups.add(sample.weight);
  ledger_.lookup_hits.add(sample.weight - 1);
  const std::uint32_t place = keep(bound.outcome);
  const Binding binding{bound.admission.series, bound.admission.version, place, rules_->generation};
  if (place == kOutcomesMax) {
    ledger_.unbound.add();
  } else if (stale != nullptr) {
    *stale = binding;
  } else {
    const auto reclaimed = bindings_.reclaimed();
    const bool is_kept = bindings_.insert(hash, sample, binding, [this](const Binding& other) {
      return is_dead(other);
    }) != nullptr;
    ledger_.bindings_removed.add(bindings_.reclaimed() - reclaimed);
    (is_kept ? ledger_.bindings_made : ledger_.unbound).add();
  }
  apply(sample, bound.outcome, bound.admission.header, bound.admission.series);
}

std::uint32_t Pipeline::Story::keep(const Outcome& outcome) {
  const auto known = outcome_places_.find(outcome.key());
  if (known != outcome_places_.end()) {
    outcomes_[known->second].release_epoch = outcome.release_epoch;
    return known->second;
  }
  if (outcomes_.size() >= kOutcomesMax) return kOutcomesMax;
  const auto place = static_cast<std::uint32_t>(outcomes_.size());
  outcomes_.push_back(outcome);
  outcomes_.back().is_smooth = outcome.may_be_smooth();
  outcome_places_.emplace(outcome.key(), place);
  return place;
}

bool Pipeline::Story::is_dead(const Binding& binding) const {
  if (binding.generation != rules_->generation) return true;
  // What is refused is found out again soon enough; what a rule drops is not refused.
  if (binding.series == 0) return outcomes_[binding.outcome].failure != Failure::None;
  const auto life = store_.at(binding.series)->version.load(std::memory_order_acquire);
  return (life & ~metrics::kLifeMask) != binding.version;
}

void Pipeline::Story::apply(const statsd::Sample& sample, const Outcome& outcome,
                            metrics::SeriesHeader* header, metrics::SeriesHandle series) {
  count_tags(outcome.has_labels, outcome.name_tag_errors, outcome.field_tag_errors);
  if (outcome.disposition == Disposition::Dropped) {
    ledger_.dropped.add(sample.weight);
    return;
  }
  const double value = outcome.value_of(sample);
  const bool is_counter = sample.kind == statsd::SampleKind::Counter;
  if (!is_applicable(outcome, value, is_counter, sample.weight)) return;
  header->touched.store(tick_, std::memory_order_relaxed);
  if (header->ttl.load(std::memory_order_relaxed) != outcome.ttl) {
    store_.set_ttl(series, outcome.ttl * metrics::kTick);
  }
  record(sample, outcome, header, value);
  if (outcome.is_overflow) outcome.tally->add(sample.weight);
  ledger_.applied[static_cast<std::size_t>(statsd::event_kind(sample.kind))].add(sample.weight);
}

// Counts what the reference counts before a value reaches its series, in its order (6.1).
bool Pipeline::Story::is_applicable(const Outcome& outcome, double value, bool is_counter,
                                    std::uint32_t weight) {
  const auto error = [this, weight](EventError why) {
    ledger_.errors[static_cast<std::size_t>(why)].add(weight);
    tell_loss(reason(why));
    return false;
  };
  if (outcome.failure == Failure::EmptyName) return error(EventError::EmptyMetricName);
  (outcome.disposition == Disposition::Mapped ? ledger_.mapped : ledger_.unmapped).add(weight);
  if (is_counter && !counters_.takes(value, outcome.is_up_and_down)) {
    return error(counters_.is_refused_non_finite(value) ? EventError::NonFiniteCounter
                                                        : EventError::IllegalNegativeCounter);
  }
  if (outcome.failure == Failure::None) return true;
  if (outcome.failure == Failure::Conflict || outcome.failure == Failure::Refused) {
    outcome.tally->add(weight);
    tell_loss(outcome.failure == Failure::Conflict ? "conflict" : "budget");
    return false;
  }
  return error(event_error(outcome.failure));
}

void Pipeline::Story::record(const statsd::Sample& sample, const Outcome& outcome,
                             metrics::SeriesHeader* header, double value) {
  switch (outcome.type) {
    case metrics::Type::Counter:
      static_cast<metrics::CounterSeries*>(header)->add(value, options_.writers);
      return;
    case metrics::Type::Gauge: {
      auto* gauge = static_cast<metrics::GaugeSeries*>(header);
      // One branch, as without counters.
      const bool is_delta = sample.is_relative | outcome.is_up_and_down;
      is_delta ? gauge->add(value) : gauge->set(value);
      return;
    }
    case metrics::Type::Histogram:
      static_cast<metrics::HistogramSeries*>(header)->observe(value, sample.weight);
      return;
    case metrics::Type::Summary:
      static_cast<metrics::SummarySeries*>(header)->summary().observe(value, sample.weight, now_);
      return;
  }
}

Pipeline::Pipeline(std::shared_ptr<const PreparedRules> rules, metrics::Store& store,
                   const PipelineOptions& options)
    : story_(std::make_unique<Story>(std::move(rules), store, options)) {}

Pipeline::~Pipeline() = default;

void Pipeline::use_rules(std::shared_ptr<const PreparedRules> rules) {
  story_->use_rules(std::move(rules));
}

const Ledger& Pipeline::ledger() const { return story_->ledger(); }

Pipeline::Batch::Batch(Pipeline& pipeline, base::TimePoint now) : pipeline_(pipeline) {
  pipeline_.story_->begin(now);
}

Pipeline::Batch::~Batch() { pipeline_.story_->end(); }

void Pipeline::Batch::datagram(std::string_view bytes) { pipeline_.story_->datagram(bytes); }

void Pipeline::Batch::line(std::string_view line) { pipeline_.story_->line(line); }

void Pipeline::Batch::work_off() { pipeline_.story_->work_off(); }

void Pipeline::Batch::too_long_lines(std::size_t count) { pipeline_.story_->too_long_lines(count); }

}  // namespace weir::pipeline
