// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/worker.h"
#include "weir/base/tally.h"

namespace weir::app {

// The sum of what `read` gives of every listener of a kind, which is a member of `Listeners`.
template <typename Kind, typename Read>
double sum_of(const Workers& workers, Kind kind, Read read) {
  double sum = 0;
  for (const auto& worker : workers) {
    for (const auto& listener : worker->listeners().*kind) {
      sum += static_cast<double>(read(*listener));
    }
  }
  return sum;
}

template <typename Kind, typename Stats>
double total(const Workers& workers, Kind kind, base::Tally Stats::*field) {
  return sum_of(workers, kind,
                [field](const auto& listener) { return (listener.stats().*field).value(); });
}

}  // namespace weir::app
