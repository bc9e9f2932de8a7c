// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "metrics/family_order.h"
#include "metrics/reclamation.h"
#include "metrics/series_index.h"
#include "weir/base/guarded.h"

namespace weir::metrics {

// What a store holds, by who may touch it.
struct StoreState {
  StoreState(Budgets budgets, std::vector<std::string> reserved, std::uint64_t seed)
      : index(memory, budgets, std::move(reserved), seed) {}
  ~StoreState();  // no thread uses the store any more
  StoreState(const StoreState&) = delete;
  StoreState& operator=(const StoreState&) = delete;

  // Frees what no scrape can look at any more. Main thread.
  void free_limbo();
  void free_families(const std::vector<FamilyHandle>& families);

  SeriesMemory memory;
  base::Guarded<SeriesIndex> index;

  // Main thread only, from here on.
  FamilyOrder family_order;
  // What neither that nor the newcomers of the index hold.
  SetAside<StoreState, FamilyList> families_set_aside;
  Reclaimer reclaimer;
};

}  // namespace weir::metrics
