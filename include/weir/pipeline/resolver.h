// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/name_validation.h"
#include "weir/influx/tags.h"
#include "weir/mapping/rule_set.h"
#include "weir/metrics/definition.h"
#include "weir/pipeline/counter_policy.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/treatment.h"
#include "weir/sample/sample.h"
#include "weir/statsd/dialect.h"

namespace weir::pipeline {

// How much one series may carry in labels.
struct LabelLimits {
  std::size_t labels_max = 0;
  // Name and label body together.
  std::size_t series_bytes_max = 0;
};

// What the name of the summary beside a histogram has more (`observer_type: both`).
inline constexpr std::string_view kCompanionSuffix = "_summary";
// The same of a gauge that reads the window of a summary or histogram (`publish`).
[[nodiscard]] std::string_view published_suffix(metrics::GaugeKind kind);

// A label as the page has it, but not escaped.
struct Label {
  std::string_view name;
  std::string_view value;
};

// What would become of one sample, as far as rules, tags and limits decide. Whether the store has
// room for the series, and whether its name is another's, is not asked here: see admission.h.
//
// Pointers and texts are borrowed from the sample, the rules and the resolver: good until the next
// call of the resolver, and no longer than the others.
struct Resolution {
  sample::EventKind event = sample::EventKind::Counter;
  // The rule that matched; null without one, where the defaults decide.
  const mapping::Rule* rule = nullptr;
  // Of the series, with the type that `treatment` has.
  const metrics::Definition* definition = nullptr;
  // Of the summary that takes what the histogram takes; null without one.
  const metrics::Definition* companion = nullptr;
  // On the page.
  std::string_view name;
  // On the page, sorted by name and escaped, without braces.
  std::string_view labels;
  // The label names in the same order and form, joined by commas.
  std::string_view label_names;
  // What the values are in, once they are scaled: a base unit, "" when it is not known.
  std::string_view unit;
  // Refusals by the store are never among its refusals.
  Treatment treatment;
};

// Says what would become of a sample, at the cost of parsing tags and matching rules: for the first
// sight of a wire identity and for explanations, not for every sample. The answer depends on the
// arguments and the options alone; nothing is counted, asked of a store or remembered, apart from
// scratch memory. One thread at a time. Nothing fails: what is wrong with a sample is in
// `Treatment::refusal`, malformed tags are numbers in `Treatment`.
class Resolver {
 public:
  Resolver(statsd::Dialects dialects, LabelLimits limits, CounterPolicy counters,
           base::NameValidation names = base::NameValidation::Legacy);

  // Goes no further than it has to: a sample that is refused or dropped has no labels, and one of
  // whose name the mapping leaves nothing has no name.
  [[nodiscard]] Resolution resolve(const sample::Sample& sample, const PreparedRules& rules);

  // The same for messages: with name and labels, whatever keeps the sample from the page. A name of
  // which the mapping leaves nothing is there as it was sent.
  [[nodiscard]] Resolution describe(const sample::Sample& sample, const PreparedRules& rules);

  // What the last call of `describe` found on its way. Borrows from its sample, the rules and the
  // resolver.
  struct Steps {
    // The name as the rules see it, without tags.
    std::string_view raw_name;
    // As sent, in their order; no more of them than labels are kept of.
    std::span<const mapping::Tag> tags;
    const mapping::Match& match;
    // Sorted by name.
    std::span<const Label> labels;
  };
  [[nodiscard]] Steps steps() const { return {raw_name_, tags_, match_, labels_}; }

  struct TagCount {
    bool has_labels = false;
    std::uint32_t name_errors = 0;
    std::uint32_t field_errors = 0;
  };
  // The part of it that needs no rules, for samples of an unknown type.
  [[nodiscard]] TagCount count_tags(const sample::Sample& sample);

 private:
  // `raw` as the page has it: as it is, or kept.
  std::string_view name_of(std::string_view raw);
  // A copy that is good until the next call.
  std::string_view keep(std::string_view text);
  std::string_view expand(const mapping::NameTemplate& text);
  void read_tags(const sample::Sample& sample, TagCount& count);
  void take_name(const sample::Sample& sample, const PreparedRules& rules, Resolution& resolution);
  void take_labels(const PreparedRules& rules, const mapping::Rule* rule);
  void take_tags(const mapping::TagRules& rules);
  void sort_labels();
  void keep_last_of_each_name();
  void add_mapped_labels(const mapping::Rule& rule);
  void write_labels();
  // As a label body has them.
  Label escaped(const Label& label);
  std::optional<DropReason> label(const sample::Sample& sample, const PreparedRules& rules,
                                  Resolution& resolution);
  [[nodiscard]] std::optional<DropReason> check_labels(const Resolution& resolution) const;

  statsd::Dialects dialects_;
  LabelLimits limits_;
  CounterPolicy counters_;
  base::NameValidation names_;

  // Scratch of the call under way, kept to spare allocations. Texts borrow from the sample, from
  // the rules or from `kept_`.
  std::array<char, 1024> first_kept_;
  std::pmr::monotonic_buffer_resource kept_{first_kept_.data(), first_kept_.size()};
  std::string scratch_;
  std::string_view raw_name_;
  std::string_view name_;
  std::vector<Label> labels_;
  std::vector<Label> escaped_;
  // As sent.
  std::vector<mapping::Tag> tags_;
  influx::TagReader influx_tags_;
  std::size_t tag_count_ = 0;
  mapping::Match match_;
  // Of label body and label names, each in a room that only grows.
  std::string body_room_;
  std::string names_room_;
  std::string_view label_body_;
  std::string_view label_names_;
};

}  // namespace weir::pipeline
