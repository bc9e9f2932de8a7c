// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/resolver.h"

#include <algorithm>

#include "weir/base/bytes.h"
#include "weir/mapping/name_grammar.h"
#include "weir/metrics/naming.h"
#include "weir/metrics/store.h"
#include "weir/sample/tag_list.h"
#include "weir/statsd/tag_parser.h"

namespace weir::pipeline {

namespace {

// Tags kept before duplicates are known: enough for any honest line, a bound for the others.
constexpr std::size_t kTagsKeptPerLabel = 4;
// Up to so many are sorted one by one, which takes no memory.
constexpr std::size_t kFewLabels = 16;
// In a label body: `=""` and a comma.
constexpr std::size_t kBytesAroundLabel = 4;

const metrics::Definition& plain_gauge(bool has_timestamp) {
  static const metrics::Definition kGauge{
      .type = metrics::Type::Gauge, .objectives = {}, .bounds = {}};
  static const metrics::Definition kTimestampedGauge{
      .type = metrics::Type::Gauge, .objectives = {}, .has_timestamp = true, .bounds = {}};
  return has_timestamp ? kTimestampedGauge : kGauge;
}

const metrics::Definition& plain_counter() {
  static const metrics::Definition kCounter{
      .type = metrics::Type::Counter, .objectives = {}, .bounds = {}};
  return kCounter;
}

bool honors_timestamps(const PreparedRules& rules, const mapping::Rule* rule) {
  return rule == nullptr ? rules.defaults_honor_timestamps : rules.honors_timestamps[rule->index];
}

bool takes_sets(const PreparedRules& rules, const mapping::Rule* rule) {
  return rules.unasked_sets == Sets::Gauge ||
         (rule != nullptr && rule->kind == sample::EventKind::Set);
}

// A label name that would break the scrape or that Prometheus keeps to itself (differences Q2 and
// Q3).
bool is_reserved(std::string_view name, metrics::Type type) {
  return mapping::is_reserved_label_name(name) ||
         (type == metrics::Type::Summary && name == "quantile") ||
         (type == metrics::Type::Histogram && name == "le");
}

const metrics::Definition& definition(const PreparedRules& rules, const mapping::Rule* rule,
                                      sample::EventKind event) {
  switch (event) {
    case sample::EventKind::Counter:
      if (rule == nullptr || !rule->is_up_down) return plain_counter();
      [[fallthrough]];
    case sample::EventKind::Gauge: return plain_gauge(honors_timestamps(rules, rule));
    case sample::EventKind::Set:
      return rule == nullptr ? rules.default_set : rules.sets[rule->index];
    case sample::EventKind::Observer: break;
  }
  return rule == nullptr ? rules.default_observer : rules.observers[rule->index];
}

const metrics::Definition* companion(const PreparedRules& rules, const mapping::Rule* rule,
                                     sample::EventKind event) {
  if (event != sample::EventKind::Observer) return nullptr;
  const auto& wanted = rule == nullptr ? rules.default_companion : rules.companions[rule->index];
  return wanted ? &*wanted : nullptr;
}

// What a scaled timer is in is not known: a rule may scale it to make other seconds of it, or
// something else.
std::string_view unit_of(const mapping::Rule* rule, sample::SampleKind kind) {
  if (kind == sample::SampleKind::Set) return "";
  const bool is_time =
      kind == sample::SampleKind::Timer || (kind == sample::SampleKind::Distribution &&
                                            rule != nullptr && rule->distribution_units_per_second);
  if (!is_time) return rule == nullptr ? "" : std::string_view(rule->unit);
  return rule == nullptr || !rule->scale ? "seconds" : "";
}

// Of the longest name that comes with the series.
std::size_t suffix_size(const Resolution& resolution) {
  std::size_t longest = resolution.companion != nullptr ? kCompanionSuffix.size() : 0;
  for (const auto kind : resolution.definition->published) {
    longest = std::max(longest, published_suffix(kind).size());
  }
  return longest;
}

void treat_as_rule_says(const mapping::Rule& rule, const sample::Sample& sample,
                        Treatment& treatment) {
  const sample::SampleKind kind = sample.kind;
  treatment.disposition =
      rule.action == mapping::Action::Drop ? Disposition::Dropped : Disposition::Mapped;
  treatment.ttl = metrics::ttl_ticks(rule.ttl);
  treatment.scale = rule.scale.value_or(1);
  if (kind == sample::SampleKind::Timer) treatment.units = rule.timer_units_per_second;
  if (kind == sample::SampleKind::Distribution) {
    treatment.units = rule.distribution_units_per_second.value_or(1);
  }
  // A gauge is set to a total, too.
  treatment.is_up_down = rule.is_up_down && kind == sample::SampleKind::Counter && !sample.is_total;
  treatment.is_total = sample.is_total || (rule.is_total && kind == sample::SampleKind::Counter);
  treatment.has_relative_gauges = rule.has_relative_gauges;
}

}  // namespace

std::string_view published_suffix(metrics::GaugeKind kind) {
  switch (kind) {
    case metrics::GaugeKind::Level:
    case metrics::GaugeKind::Distinct: break;
    case metrics::GaugeKind::Min: return mapping::suffix_of(mapping::WindowStatistic::Min);
    case metrics::GaugeKind::Max: return mapping::suffix_of(mapping::WindowStatistic::Max);
    case metrics::GaugeKind::Stddev: return mapping::suffix_of(mapping::WindowStatistic::Stddev);
  }
  return "";
}

Resolver::Resolver(statsd::Dialects dialects, LabelLimits limits, CounterPolicy counters,
                   base::NameValidation names)
    : dialects_(dialects), limits_(limits), counters_(counters), names_(names) {}

Resolution Resolver::resolve(const sample::Sample& sample, const PreparedRules& rules) {
  Resolution made;
  TagCount tags;
  read_tags(sample, tags);
  made.treatment.has_labels = tags.has_labels;
  made.treatment.name_tag_errors = tags.name_errors;
  made.treatment.field_tag_errors = tags.field_errors;
  take_name(sample, rules, made);
  if (made.treatment.is_kept()) {
    made.treatment.refusal = label(sample, rules, made);
  }
  return made;
}

Resolution Resolver::describe(const sample::Sample& sample, const PreparedRules& rules) {
  Resolution made = resolve(sample, rules);
  if (made.name.empty()) made.name = raw_name_;
  take_labels(rules, made.rule);
  write_labels();
  made.labels = label_body_;
  made.label_names = label_names_;
  return made;
}

Resolver::TagCount Resolver::count_tags(const sample::Sample& sample) {
  TagCount count;
  read_tags(sample, count);
  return count;
}

std::string_view Resolver::name_of(std::string_view raw) {
  if (metrics::is_legacy_name(raw)) return raw;
  scratch_.clear();
  names_ == base::NameValidation::Utf8 ? metrics::append_utf8_name(scratch_, raw)
                                       : metrics::append_escaped_name(scratch_, raw);
  return keep(scratch_);
}

std::string_view Resolver::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* const copy = static_cast<char*>(kept_.allocate(text.size(), alignof(char)));
  std::ranges::copy(text, copy);
  return {copy, text.size()};
}

std::string_view Resolver::expand(const mapping::NameTemplate& text) {
  if (const auto known = text.known_expansion(match_.captures)) return *known;
  scratch_.clear();
  text.expand(match_.captures, scratch_);
  return keep(scratch_);
}

void Resolver::read_tags(const sample::Sample& sample, TagCount& count) {
  kept_.release();
  tags_.clear();
  tag_count_ = 0;
  const std::size_t kept_max = limits_.labels_max * kTagsKeptPerLabel;
  const auto add = [this, kept_max](std::string_view key, std::string_view value) {
    ++tag_count_;
    if (tags_.size() < kept_max) tags_.push_back({key, value});
  };
  if (const auto fields = sample.fields.all(); !fields.empty() && influx::is_tags(fields.front())) {
    influx_tags_.read(fields.front(), add);
    raw_name_ = sample.name;
  } else if (!fields.empty() && sample::is_tag_list(fields.front())) {
    sample::for_each_tag(fields.front(), add);
    raw_name_ = sample.name;
  } else {
    const auto bare = statsd::parse_name_tags(sample.name, dialects_, add, count.name_errors);
    statsd::parse_field_tags(sample.fields, dialects_, add, count.field_errors);
    raw_name_ = bare.head;
    if (!bare.tail.empty()) {
      scratch_.assign(bare.head).append(bare.tail);
      raw_name_ = keep(scratch_);
    }
  }
  count.has_labels = tag_count_ > 0;
}

void Resolver::take_name(const sample::Sample& sample, const PreparedRules& rules,
                         Resolution& resolution) {
  resolution.event = sample::event_kind(sample.kind);
  rules.rules->match(raw_name_, resolution.event, tags_, match_);
  const mapping::Rule* const rule = match_.rule;
  if (rule != nullptr) __builtin_prefetch(&rules.sources[rule->index]);
  Treatment& treatment = resolution.treatment;
  if (sample.kind == sample::SampleKind::Timer) treatment.units = mapping::kMillisecondsPerSecond;
  if (rule == nullptr) {
    name_ = name_of(raw_name_);
    treatment.is_total = sample.is_total;
    treatment.ttl = metrics::ttl_ticks(rules.rules->defaults().ttl);
    treatment.has_relative_gauges = rules.rules->defaults().has_relative_gauges;
  } else {
    treat_as_rule_says(*rule, sample, treatment);
    name_ = name_of(expand(rule->name));
  }
  treatment.honors_timestamps =
      sample.kind == sample::SampleKind::Gauge && honors_timestamps(rules, rule);
  resolution.rule = rule;
  resolution.definition = &definition(rules, rule, resolution.event);
  resolution.companion = companion(rules, rule, resolution.event);
  resolution.name = name_;
  resolution.unit = unit_of(rule, sample.kind);
  treatment.type = resolution.definition->type;
  treatment.gauge = resolution.definition->gauge;
  if (resolution.event == sample::EventKind::Set && !takes_sets(rules, rule)) {
    treatment.disposition = Disposition::Unread;
  }
}

// What comes first here is what is counted where several things are wrong.
std::optional<DropReason> Resolver::label(const sample::Sample& sample, const PreparedRules& rules,
                                          Resolution& resolution) {
  const Treatment& treatment = resolution.treatment;
  if (name_.empty()) return DropReason::EmptyMetricName;
  take_labels(rules, resolution.rule);
  if (const auto refusal = check_labels(resolution)) return refusal;
  const double increment = treatment.sent_by(sample) * treatment.scale;
  if (sample.kind == sample::SampleKind::Counter &&
      !counters_.takes(increment, treatment.is_up_down)) {
    return counters_.reason_against(increment);
  }
  write_labels();
  if (name_.size() + suffix_size(resolution) + label_body_.size() > limits_.series_bytes_max) {
    return DropReason::SeriesTooLong;
  }
  resolution.labels = label_body_;
  resolution.label_names = label_names_;
  return {};
}

void Resolver::take_labels(const PreparedRules& rules, const mapping::Rule* rule) {
  take_tags(rule != nullptr ? rule->tags : rules.rules->defaults().tags);
  if (rule != nullptr) add_mapped_labels(*rule);
}

void Resolver::take_tags(const mapping::TagRules& rules) {
  labels_.clear();
  for (const mapping::Tag& tag : tags_) {
    if (rules.drops(tag.key)) continue;
    Label& label = labels_.emplace_back();
    label.name = rules.new_name(tag.key);
    if (label.name.empty()) label.name = name_of(tag.key);
    label.value = tag.value;
  }
  keep_last_of_each_name();
}

// Those of one name stay in their order.
void Resolver::sort_labels() {
  const auto is_before = [](const Label& a, const Label& b) { return a.name < b.name; };
  if (labels_.size() > kFewLabels) {
    std::stable_sort(labels_.begin(), labels_.end(), is_before);
    return;
  }
  for (std::size_t i = 1; i < labels_.size(); ++i) {
    const Label label = labels_[i];
    std::size_t at = i;
    for (; at > 0 && is_before(label, labels_[at - 1]); --at) labels_[at] = labels_[at - 1];
    labels_[at] = label;
  }
}

// Leaves the labels sorted by name.
void Resolver::keep_last_of_each_name() {
  sort_labels();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const bool is_last = i + 1 == labels_.size() || labels_[i + 1].name != labels_[i].name;
    if (is_last) labels_[kept++] = labels_[i];
  }
  labels_.resize(kept);
}

void Resolver::add_mapped_labels(const mapping::Rule& rule) {
  for (const auto& mapped : rule.labels) {
    const auto known = std::find_if(labels_.begin(), labels_.end(), [&mapped](const Label& label) {
      return label.name == mapped.name;
    });
    if (known != labels_.end() && rule.honor_labels) continue;
    Label& label = known != labels_.end() ? *known : labels_.emplace_back();
    label.name = mapped.name;
    label.value = expand(mapped.value);
  }
}

std::optional<DropReason> Resolver::check_labels(const Resolution& resolution) const {
  if (tag_count_ > limits_.labels_max * kTagsKeptPerLabel || labels_.size() > limits_.labels_max) {
    return DropReason::TooManyLabels;
  }
  for (const auto& label : labels_) {
    if (is_reserved(label.name, resolution.treatment.type)) return DropReason::ReservedLabel;
    if (resolution.companion != nullptr && is_reserved(label.name, metrics::Type::Summary)) {
      return DropReason::ReservedLabel;
    }
  }
  return {};
}

Label Resolver::escaped(const Label& label) {
  Label shown = label;
  if (!metrics::is_legacy_name(label.name)) {
    scratch_.clear();
    metrics::append_label_name(scratch_, label.name);
    shown.name = keep(scratch_);
  }
  if (!metrics::is_plain_label_value(label.value)) {
    scratch_.clear();
    metrics::append_escaped_label_value(scratch_, label.value);
    shown.value = keep(scratch_);
  }
  return shown;
}

void Resolver::write_labels() {
  sort_labels();
  escaped_.clear();
  std::size_t body_size = 0;
  std::size_t names_size = 0;
  for (const auto& label : labels_) {
    const Label& shown = escaped_.emplace_back(escaped(label));
    body_size += shown.name.size() + shown.value.size() + kBytesAroundLabel;
    names_size += shown.name.size() + 1;
  }
  if (body_room_.size() < body_size) body_room_.resize(body_size);
  if (names_room_.size() < names_size) names_room_.resize(names_size);
  char* body = body_room_.data();
  char* names = names_room_.data();
  for (const Label& shown : escaped_) {
    names = base::copy_bytes(names, shown.name.data(), shown.name.size());
    *names++ = ',';
    body = base::copy_bytes(body, shown.name.data(), shown.name.size());
    *body++ = '=';
    *body++ = '"';
    body = base::copy_bytes(body, shown.value.data(), shown.value.size());
    *body++ = '"';
    *body++ = ',';
  }
  // Without the last comma.
  const std::size_t last = labels_.empty() ? 0 : 1;
  label_body_ = {body_room_.data(), body_size - last};
  label_names_ = {names_room_.data(), names_size - last};
}

}  // namespace weir::pipeline
