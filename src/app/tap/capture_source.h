// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/tap/tap_hub.h"
#include "weir/base/clock.h"
#include "weir/http/response.h"

namespace weir::app {

// The body of GET /api/v1/capture: a capture file of what a daemon receives, as it comes.
class CaptureSource final : public http::ChunkSource {
 public:
  explicit CaptureSource(std::unique_ptr<Tap> tap) : tap_(std::move(tap)) {}

  bool next(std::string& chunk) override;
  [[nodiscard]] std::chrono::milliseconds poll_interval() const override;

 private:
  void begin(std::string& chunk);
  void add(std::string& chunk, const TapRecord& record);
  // When it has grown, so that it is known even of a capture that is cut off.
  void note_lost(std::string& chunk);
  [[nodiscard]] double seconds_at(base::TimePoint time) const;

  const std::unique_ptr<Tap> tap_;
  base::Instant started_{};
  base::TimePoint ends_{};
  base::TimePoint notes_next_{};
  std::uint64_t records_ = 0;
  std::uint64_t noted_lost_ = 0;
  // Once it is over: what comes in after that is no loss.
  std::optional<std::uint64_t> lost_at_end_;
  bool has_begun_ = false;
};

}  // namespace weir::app
