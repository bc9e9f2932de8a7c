// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pipeline/outcome.h"
#include "weir/base/clock.h"
#include "weir/base/tally.h"
#include "weir/mapping/rule.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/ledger.h"
#include "weir/pipeline/prepared_rules.h"
#include "weir/pipeline/resolver.h"

namespace weir::pipeline {

// What the first sight of a wire identity came to.
struct BindResult {
  Outcome outcome;
  // Without a series where the outcome is dropped or refused.
  metrics::Admission admission;
};

// Of a gauge beside a summary or histogram; `kind` is one of metrics::kPublishedKinds.
[[nodiscard]] const metrics::Definition& gauge_definition(metrics::GaugeKind kind);

// Gets what was resolved into the store: asks for the series, for the summary beside a histogram,
// and for the gauges beside either; under another name where the rule has one for conflicts. It
// changes the store, and finds the counts of the ledger that the samples go to, but counts none of
// them. One worker.
class SeriesAdmission {
 public:
  // `store` and `ledger` outlive it.
  SeriesAdmission(metrics::Store& store, Ledger& ledger, std::size_t series_bytes_max);

  // `resolution` was made with `rules`; what it refuses or drops is passed on without asking.
  // Nothing fails: a conflict and a full store are refusals of the outcome.
  [[nodiscard]] BindResult admit(const Resolution& resolution, const PreparedRules& rules,
                                 base::TimePoint now);

 private:
  // What is asked for all series of a sample.
  struct Question {
    sample::EventKind event;
    mapping::OnConflict on_conflict;
    base::TimePoint now;
  };

  // `tally` is where to count what does not go to a series of its own.
  metrics::Admission ask(const Question& question, metrics::SeriesRequest& request,
                         base::Tally*& tally);
  // What comes beside the sample's series, which `request` asked for.
  void admit_others(const Question& question, const Resolution& resolution,
                    metrics::SeriesRequest request, BindResult& bound);
  // `request` has the labels of the sample's series.
  void admit_companion(const Question& question, metrics::SeriesRequest request, BindResult& bound);
  void admit_gauges(const Question& question, metrics::SeriesRequest request, BindResult& bound);
  // The name of the sample's series and `suffix`; good until the next call.
  [[nodiscard]] std::string_view name_with(std::string_view suffix);

  metrics::Store& store_;
  Ledger& ledger_;
  std::size_t series_bytes_max_;

  // Scratch of the call under way, kept to spare allocations.
  std::string name_in_conflict_;
  // Of the sample's series, and of what comes beside it.
  std::string own_name_;
  std::string other_name_;
};

}  // namespace weir::pipeline
