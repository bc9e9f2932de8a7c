// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "app/rsocket/app_page.h"
#include "app/rsocket/rsocket_counts.h"
#include "weir/base/clock.h"

namespace weir::app {

// What applications pushed when they ended, by the number of their connection. One thread.
class KeptPushes {
 public:
  struct Limits {
    std::uint64_t scrapes_max = 2;  // 0: any number
    std::chrono::milliseconds time_max{300'000};
    std::size_t pushes_max = 1000;  // the oldest goes
  };

  KeptPushes(const Limits& limits, RsocketCounts& counts) : limits_(limits), counts_(counts) {}

  // Takes the place of an earlier one of the same connection.
  void keep(std::uint64_t connection, SharedPage page, base::TimePoint now);
  // Until it has been dropped, it is shown in place of what the application answers.
  [[nodiscard]] bool has(std::uint64_t connection) const { return pushes_.contains(connection); }
  // Those for one scrape, which counts as having shown them.
  [[nodiscard]] std::vector<SharedPage> show();
  void drop_expired(base::TimePoint now);

 private:
  struct Push {
    SharedPage page;
    base::TimePoint since;
    std::uint64_t scrapes = 0;
  };
  using Position = std::map<std::uint64_t, Push>::iterator;
  Position drop(Position push, PageOutcome otherwise);
  void note_size();

  const Limits limits_;
  RsocketCounts& counts_;
  std::map<std::uint64_t, Push> pushes_;
};

}  // namespace weir::app
