// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/base/clock.h"
#include "weir/explain/explanation.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/pipeline.h"
#include "weir/pipeline/prepared_rules.h"

namespace weir::explain {

// How much of a line is explained: what is past it is counted.
struct Limits {
  std::size_t samples_max = 8;
  // Of each sample. Those that are nearest to taking it stay.
  std::size_t rules_max = 40;
  // What asking rules may cost for each sample, in bytes of names: of the name, and at least 64,
  // for a glob, eight times as much for a regex. Rules after that are not asked what keeps them
  // from taking it.
  std::size_t asked_bytes_max = std::numeric_limits<std::size_t>::max();
  std::size_t page_lines_max = 60;
};

struct Options {
  // `tap`, `trace` and `refusals` are not used.
  pipeline::PipelineOptions pipeline;
  metrics::Budgets budgets;
  metrics::SampleSuffixes suffixes = metrics::SampleSuffixes::Prometheus;
  // Names that no series may take.
  std::vector<std::string> reserved;
  Limits limits;
  // Of a daemon: its names and budgets count, too. It is only asked, and outlives the explainer.
  // May be null.
  const metrics::Store* live = nullptr;
};

// Explains lines as if a daemon with these rules and options had got them, one after the other. It
// has a pipeline and a store of its own, which take each line: what they do is what is said. Not
// for every line of a daemon: each asks all rules. One thread.
class Explainer {
 public:
  // `now` is the time at which all lines come.
  Explainer(std::shared_ptr<const pipeline::PreparedRules> rules, const Options& options,
            base::Instant now);
  ~Explainer();
  Explainer(const Explainer&) = delete;
  Explainer& operator=(const Explainer&) = delete;

  // `line` has no newline.
  [[nodiscard]] Explanation explain(std::string_view line);

  // What all lines made, as Prometheus text with names as they are.
  [[nodiscard]] std::string page();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::explain
