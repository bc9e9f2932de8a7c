// SPDX-License-Identifier: Apache-2.0
#include "pipeline/story.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "weir/base/bytes.h"
#include "weir/statsd/plain_line.h"
#include "weir/statsd/tag_parser.h"

namespace weir::pipeline {

namespace {

BindingLimits binding_limits(const PipelineOptions& options) {
  BindingLimits limits;
  limits.bindings_max = options.bindings_max;
  limits.key_bytes_max = options.binding_bytes_max;
  return limits;
}

}  // namespace

Pipeline::Story::Story(std::shared_ptr<const PreparedRules> rules, metrics::Store& store,
                       const PipelineOptions& options)
    : options_(options),
      ledger_(options.refused_names_max),
      store_(store),
      counters_{options.refuses_non_finite_counters},
      parser_(options.dialects, options.parser),
      binder_(store, ledger_, options.dialects, {options.labels_max, options.series_bytes_max},
              counters_),
      hash_(options.seed, options.cpu_level),
      bindings_(binding_limits(options)),
      rules_(std::move(rules)),
      outcomes_(options.writers),
      reader_(options.dialects, options.line_bytes_max, options.cpu_level) {
  store_.add_gate(gate_);
}

std::shared_ptr<const PreparedRules> Pipeline::Story::use_rules(
    std::shared_ptr<const PreparedRules> rules) {
  rules_.swap(rules);
  ledger_.answers_outdated.add(ledger_.answers_made.value() - ledger_.answers_outdated.value());
  if (!outcomes_.forget()) {
    ledger_.bindings_removed.add(bindings_.size());
    std::destroy_at(&bindings_);
    std::construct_at(&bindings_, binding_limits(options_));
  }
  return rules;
}

void Pipeline::Story::begin(base::TimePoint now) {
  now_ = now;
  tick_ = store_.ticks(now);
  ledger_.batches.add();
  gate_.enter();
}

void Pipeline::Story::end() {
  work_off();
  gate_.leave();
}

// All lines of a datagram are shown before the first is parsed: nobody can tell the difference, and
// without a tap this is one branch.
void Pipeline::Story::datagram(std::string_view bytes) {
  if (options_.tap != nullptr) show_lines(bytes);
  const char* const end = bytes.data() + bytes.size();
  reader_.open(bytes.data(), end);
  while (!take_plain_lines()) {
    const char* const at = reader_.place();
    const char* const stop = base::find_either(at, end, '\n', '\n');
    std::string_view line(at, static_cast<std::size_t>(stop - at));
    if (line.ends_with('\r')) line.remove_suffix(1);
    take(line);
    reader_.skip_to(stop);
  }
}

void Pipeline::Story::line(std::string_view line) {
  if (options_.tap != nullptr && !line.empty()) options_.tap->on_line(line);
  reader_.open(line.data(), line.data() + line.size());
  if (!take_plain_lines()) take(line);
}

// Whoever watches is told what the parser finds.
bool Pipeline::Story::take_plain_lines() {
  if (options_.witness != nullptr) return reader_.is_done();
  while (!reader_.is_done()) {
    const std::size_t count = reader_.read(group_.room());
    group_.add_unchecked(count);
    if (!group_.is_full() && !reader_.is_done()) return false;
    if (group_.is_full()) work_off();
  }
  return true;
}

void Pipeline::Story::take(std::string_view line) {
  if (line.size() > options_.line_bytes_max) {
    too_long_line(line);
    return;
  }
  ledger_.lines.add();
  line_ = line;
  if (options_.witness != nullptr) options_.witness->on_line(line);
  owes_name_errors_ = true;
  parser_.parse(line, *this);
  if (owes_name_errors_) count_name_errors(parser_.name_of(line));
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

void Pipeline::Story::on_rejection(statsd::Rejection rejection, std::string_view part) {
  ledger_.rejections[static_cast<std::size_t>(rejection)].add();
  tell_refusal(rejection, part);
  // Such a line has no name to speak of.
  if (rejection == statsd::Rejection::MalformedLine) owes_name_errors_ = false;
}

void Pipeline::Story::on_message(statsd::Message message) {
  owes_name_errors_ = false;
  (message == statsd::Message::Event ? ledger_.dogstatsd_events : ledger_.dogstatsd_service_checks)
      .add();
}

void Pipeline::Story::on_unknown_type(const sample::Sample& sample, std::string_view type) {
  const auto tags = binder_.count_tags(sample);
  count_tags(sample, tags.has_labels, tags.name_errors, tags.field_errors);
  on_rejection(statsd::Rejection::IllegalEvent, type);
}

void Pipeline::Story::count_tags(const sample::Sample& sample, bool has_labels,
                                 std::uint32_t name_errors, std::uint32_t field_errors) {
  if (has_labels) ledger_.tagged_samples.add();
  if (field_errors != 0) count_field_tag_errors(sample.fields, field_errors);
  if (owes_name_errors_ && name_errors != 0) count_name_tag_errors(sample.name, name_errors);
  owes_name_errors_ = false;
}

void Pipeline::Story::count_name_errors(std::string_view name) {
  if (!statsd::may_have_name_tags(name, options_.dialects)) return;
  std::uint32_t errors = 0;
  statsd::parse_name_tags(
      name, options_.dialects, [](std::string_view, std::string_view) {}, errors);
  if (errors != 0) count_name_tag_errors(name, errors);
}

}  // namespace weir::pipeline
