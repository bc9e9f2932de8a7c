// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "metrics/family_run.h"

namespace weir::metrics {

// All families of a store that a scrape has met, in the order of their names. Newcomers are a run
// of their own until a pass has gone through all: it leaves one run of what it met. Main thread.
class FamilyOrder {
 public:
  using Runs = std::vector<Shared<FamilyRun>>;

  void add(const SeriesMemory& memory, FamilyList newcomers);
  // For a pass, which may sort them on. They hold the same families as long as it has them.
  [[nodiscard]] const Runs& runs() const { return runs_; }
  // All families in no order. The lists stay as they are as long as they are in other hands.
  [[nodiscard]] Lists<FamilyList> lists() const;
  // Takes the families of `runs` in their order, unless some of them went meanwhile.
  void join(const Runs& runs, FamilyList families);

  template <class Predicate>
  void purge(Predicate is_gone) {
    for (Shared<FamilyRun>& run : runs_) {
      if (run.use_count() > 1) run = std::make_shared<FamilyRun>(*run);
      run->purge(is_gone);
    }
    std::erase_if(runs_, [](const Shared<FamilyRun>& run) { return run->size() == 0; });
  }

 private:
  Runs runs_;
};

// A place in the order of families, for one pass from the first to the last. Main thread.
class FamilyCursor {
 public:
  // Both outlive it. It keeps to what is there now.
  FamilyCursor(const SeriesMemory& memory, FamilyOrder& order);

  // Makes sure that `family` has little to do. Goes on while `work` lasts, as FamilyRun::prepare.
  bool prepare(std::size_t& work);
  // Null after the last.
  [[nodiscard]] Family* family();
  // From a family to the next one.
  void next();
  // Whether a family of this name that is not dead is there, from the place on.
  [[nodiscard]] bool has_live(std::string_view name);

 private:
  static constexpr std::size_t kNone = -1;

  struct Place {
    Shared<FamilyRun> run;
    std::size_t next = 0;

    [[nodiscard]] bool is_over() const { return next == run->size(); }
  };
  [[nodiscard]] Family& at(Place& place, std::size_t next);

  const SeriesMemory& memory_;
  FamilyOrder& order_;
  std::vector<Place> places_;
  // Of the place with the first family, while that is known.
  std::size_t first_ = kNone;
  // What was passed, where it comes of several runs.
  FamilyList passed_;
};

}  // namespace weir::metrics
