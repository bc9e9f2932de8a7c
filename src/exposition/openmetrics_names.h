// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/metrics/definition.h"

namespace weir::exposition {

// Says which counters of a page OpenMetrics may name without their `_total`: those whose short
// name, and what a counter, a summary or a histogram has in addition to its name, are no other
// family's (behaviour page.openmetrics-clash). What may clash with a name begins with the same
// characters and comes before it on the page, so only these are remembered: as many at most as a
// name has characters. One thread.
class OpenMetricsNames {
 public:
  // Takes the families of a page in ascending order of their names. True for a counter that loses
  // its `_total`.
  bool add(std::string_view name, metrics::Type type);

 private:
  // A name that begins as the last one does, so that its length is enough.
  struct Prefix {
    std::size_t size = 0;
    bool is_family = false;
    bool is_observed = false;
    bool is_histogram = false;
    // A family has this name with `_created`.
    bool has_created = false;
  };

  [[nodiscard]] const Prefix* find(std::size_t size) const;
  Prefix& at(std::size_t size);
  [[nodiscard]] bool is_free(std::string_view name) const;

  std::string last_;
  // Shorter ones first.
  std::vector<Prefix> prefixes_;
};

}  // namespace weir::exposition
