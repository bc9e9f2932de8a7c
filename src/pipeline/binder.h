// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/counter_policy.h"
#include "pipeline/outcome.h"
#include "weir/base/clock.h"
#include "weir/mapping/rule_set.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/ledger.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/sample/sample.h"
#include "weir/statsd/dialect.h"

namespace weir::pipeline {

// How much one series may carry in labels.
struct LabelLimits {
  std::size_t labels_max = 100;
  // Name and label body together.
  std::size_t series_bytes_max = 8192;
};

// What the slow way found out about an identity.
struct Bound {
  Outcome outcome;
  metrics::Admission admission;
};

// The slow way, taken on first sight of a wire identity: parses tags, applies the rules, merges
// labels and asks the store for the series. One worker.
class Binder {
 public:
  // `store` and `ledger` outlive the binder.
  Binder(metrics::Store& store, Ledger& ledger, statsd::Dialects dialects, LabelLimits limits,
         CounterPolicy counters);

  Bound bind(const sample::Sample& sample, const PreparedRules& rules, base::TimePoint now);

  // The part of it that counts tags without asking for a series, for samples of an unknown type.
  struct TagCount {
    bool has_labels = false;
    std::uint32_t name_errors = 0;
    std::uint32_t field_errors = 0;
  };
  TagCount count_tags(const sample::Sample& sample);

  // How a sample would stand on the page, whatever keeps it from there. Borrows until the next call
  // of any.
  struct Description {
    // As sent where the rule leaves nothing of it.
    std::string_view name;
    std::string_view labels;
    metrics::Type type;
    // The pattern of the rule; empty without one.
    std::string_view match;
  };
  Description describe(const sample::Sample& sample, const PreparedRules& rules);

 private:
  struct Label {
    std::string name;
    std::string value;
  };

  void read_tags(const sample::Sample& sample, TagCount& count);
  // Of the tags and, when there is one, of the rule in `match_`.
  void make_labels(const PreparedRules& rules);
  void take_tags(const mapping::TagRules& rules);
  void keep_last_of_each_name();
  void add_mapped_labels(const mapping::Rule& rule);
  void take_name(const PreparedRules& rules, sample::SampleKind kind, Bound& bound);
  [[nodiscard]] std::optional<DropReason> check_labels(metrics::Type type, bool has_companion);
  void write_labels();
  // Whether the name may get a suffix where it is a conflict; `name_in_conflict_` is it then.
  bool write_name_in_conflict(const PreparedRules& rules, const metrics::SeriesRequest& request);
  // Asks the store. `tally` is where to count what does not go to a series of its own.
  metrics::Admission ask(const PreparedRules& rules, sample::EventKind event, base::TimePoint now,
                         metrics::SeriesRequest& request, base::Tally*& tally);
  void admit(const PreparedRules& rules, sample::SampleKind kind, base::TimePoint now,
             Bound& bound);
  // Asks for the summary beside the histogram that `request` was for.
  void admit_companion(const PreparedRules& rules, const metrics::Definition& definition,
                       base::TimePoint now, metrics::SeriesRequest request, Bound& bound);
  // The summary that is wanted beside the histogram, or null.
  [[nodiscard]] const metrics::Definition* companion(const PreparedRules& rules,
                                                     sample::SampleKind kind) const;
  [[nodiscard]] const metrics::Definition& definition(const PreparedRules& rules,
                                                      sample::SampleKind kind) const;

  metrics::Store& store_;
  Ledger& ledger_;
  statsd::Dialects dialects_;
  LabelLimits limits_;
  CounterPolicy counters_;

  // Scratch of the bind under way, kept to spare allocations.
  std::string raw_name_;
  std::string name_;
  std::vector<Label> labels_;
  // As sent; borrows from the line.
  std::vector<mapping::Tag> tags_;
  std::size_t tag_count_ = 0;
  mapping::Match match_;
  std::string label_body_;
  std::string label_names_;
  std::string name_in_conflict_;
  std::string companion_name_;
};

}  // namespace weir::pipeline
