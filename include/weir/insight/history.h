// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "weir/base/clock.h"

namespace weir::insight {

// What is looked at in each step of the history. Counts only grow.
struct HistoryPoint {
  std::uint64_t lines = 0;
  std::uint64_t datagrams = 0;
  // By kind of loss, as many in every point.
  std::vector<std::uint64_t> losses;
  std::uint64_t series = 0;
  std::optional<double> resident_bytes;
  // How long the last scrape took.
  std::optional<double> scrape_seconds;
};

// The last 15 minutes in steps of 5 seconds. One thread.
class History {
 public:
  static constexpr std::chrono::seconds kStep{5};
  static constexpr std::size_t kPointsMax = 180;

  // What grew is per second, since the point before. Empty where that is not known.
  struct Step {
    std::optional<double> lines;
    std::optional<double> datagrams;
    std::vector<std::optional<double>> losses;
    std::uint64_t series = 0;
    std::optional<double> resident_bytes;
    std::optional<double> scrape_seconds;
  };

  // Once each `kStep`. Later ones count as they come: a thread that was held up makes steps longer,
  // and the rates are still right.
  void add(HistoryPoint point, base::Instant at);

  // Oldest first.
  [[nodiscard]] const std::deque<Step>& steps() const { return steps_; }
  // When the last was added; empty before.
  [[nodiscard]] std::optional<base::UnixTime> end() const;

 private:
  std::deque<Step> steps_;
  std::optional<HistoryPoint> last_;
  base::Instant last_at_{};
};

}  // namespace weir::insight
