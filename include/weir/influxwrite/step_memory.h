// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

#include "weir/base/clock.h"

namespace weir::influxwrite {

// What each total was when it was last looked at, so that what came since can be told. A visit of
// everything is a step. Holds a total for each that the last step had, and no more. One thread.
class StepMemory {
 public:
  // Totals of series that were made before `begin` count from where they are first seen; younger
  // ones from 0.
  explicit StepMemory(base::UnixTime begin) : begin_(begin) {}

  // A first look notes the totals that are from before `begin`, and tells nothing.
  enum class Step : std::uint8_t { FirstLook, Ordinary };
  void begin_step(Step kind);
  // What has come to the total called `key` since the step before; none when that is not known.
  // `created` is when its series was made: one that was made again counts from 0 again. The same
  // again within a step.
  std::optional<double> advance(std::uint64_t key, double total, base::UnixTime created);
  // What `advance` gave for `key` in this step.
  [[nodiscard]] std::optional<double> of_this_step(std::uint64_t key) const;
  // After a step: forgets some of the totals that it did not have. Returns false when none is left
  // to look at.
  bool forget_some();

  [[nodiscard]] std::size_t size() const;

 private:
  struct Total {
    double value = 0;
    std::optional<double> change;
    base::UnixTime created;
    std::uint64_t step = 0;
  };
  // The work that a table does at once, when it grows or forgets, is that of one of many.
  static constexpr std::size_t kPartCount = 256;
  using Part = boost::unordered_flat_map<std::uint64_t, Total>;

  [[nodiscard]] static std::size_t part_of(std::uint64_t key) { return key >> 56U; }

  const base::UnixTime begin_;
  Step kind_ = Step::Ordinary;
  std::uint64_t step_ = 0;
  std::array<Part, kPartCount> parts_;
  std::size_t next_forgotten_ = 0;
};

}  // namespace weir::influxwrite
