// SPDX-License-Identifier: Apache-2.0
#include "pipeline/story.h"

#include <algorithm>
#include <memory>
#include <new>
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
      bindings_(binding_limits(options), options.seed),
      rules_(std::move(rules)) {
  store_.add_gate(gate_);
}

std::shared_ptr<const PreparedRules> Pipeline::Story::use_rules(
    std::shared_ptr<const PreparedRules> rules) {
  rules_.swap(rules);
  if (!outcomes_.forget()) {
    std::destroy_at(&bindings_);
    std::construct_at(&bindings_, binding_limits(options_), options_.seed);
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

void Pipeline::Story::on_rejection(statsd::Rejection rejection) {
  ledger_.rejections[static_cast<std::size_t>(rejection)].add();
  if (options_.witness != nullptr) options_.witness->on_rejection(line_, rejection);
  // Such a line has no name to speak of.
  if (rejection == statsd::Rejection::MalformedLine) owes_name_errors_ = false;
}

void Pipeline::Story::on_message(statsd::Message message) {
  owes_name_errors_ = false;
  (message == statsd::Message::Event ? ledger_.dogstatsd_events : ledger_.dogstatsd_service_checks)
      .add();
}

void Pipeline::Story::on_unknown_type(const statsd::Sample& sample) {
  const auto tags = binder_.count_tags(sample);
  count_tags(tags.has_labels, tags.name_errors, tags.field_errors);
  on_rejection(statsd::Rejection::IllegalEvent);
}

void Pipeline::Story::count_tags(bool has_labels, std::uint32_t name_errors,
                                 std::uint32_t field_errors) {
  if (has_labels) ledger_.tagged_samples.add();
  if (field_errors != 0) count_tag_errors(field_errors);
  if (owes_name_errors_ && name_errors != 0) count_tag_errors(name_errors);
  owes_name_errors_ = false;
}

void Pipeline::Story::count_tag_errors(std::uint32_t errors) {
  ledger_.tag_errors.add(errors);
  if (options_.witness != nullptr) options_.witness->on_malformed_tags(line_, errors);
}

void Pipeline::Story::count_name_errors(std::string_view name) {
  if (!statsd::may_have_name_tags(name, options_.dialects)) return;
  std::uint32_t errors = 0;
  statsd::parse_name_tags(
      name, options_.dialects, [](std::string_view, std::string_view) {}, errors);
  if (errors != 0) count_tag_errors(errors);
}

}  // namespace weir::pipeline
