// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "weir/base/clock.h"

namespace weir::app {

// What the status page says before its script has asked for anything, and without it.
struct PageFigures {
  std::string version;
  std::string not_ready_reason;  // "" when it is ready
  base::UnixTime started;
  base::UnixTime now;
  std::uint64_t lines = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t samples = 0;
  std::uint64_t applied = 0;
  std::uint64_t lost = 0;
  std::string worst_loss;  // the kind that lost most, "" without any
  std::uint64_t series = 0;
  std::uint64_t series_max = 0;
  std::uint64_t families = 0;
  std::uint64_t store_bytes = 0;
  std::optional<double> resident_bytes;
  std::uint64_t memory_limit_bytes = 0;  // 0 for none
  std::uint64_t scrapes = 0;
  std::optional<base::UnixTime> last_scrape;
  double last_scrape_seconds = 0;
  std::string mapping_path;  // "" for none
  std::uint64_t rules = 0;
};

// The page with these figures, as HTML.
[[nodiscard]] std::string status_html(const PageFigures& figures);

}  // namespace weir::app
