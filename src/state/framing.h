// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state/format.h"
#include "weir/base/clock.h"

namespace weir::state {

// Makes what is around the records of one state file (format.h): the header first, then one of
// these for each block, then the trailer. One thread.
class Framing {
 public:
  [[nodiscard]] std::string header(base::UnixTime saved_at, std::uint32_t version = kSeriesVersion);
  // Comes before `records`, of which there are some.
  [[nodiscard]] std::string block_header(std::string_view records);
  [[nodiscard]] std::string trailer(std::uint64_t series) const;

 private:
  std::uint32_t sums_ = 0;
  std::uint64_t blocks_ = 0;
};

}  // namespace weir::state
