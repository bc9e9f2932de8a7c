// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "app/tap/tap_hub.h"
#include "app/tap/token_bucket.h"
#include "weir/base/clock.h"
#include "weir/http/response.h"
#include "weir/insight/foreign_reader.h"

namespace weir::app {

// The body of GET /api/v1/tail (docs/api.md): lines as they come, a JSON object each, within the
// rate that was asked for.
class TailSource final : public http::ChunkSource {
 public:
  explicit TailSource(std::unique_ptr<Tap> tap);

  bool next(std::string& chunk) override;
  [[nodiscard]] std::chrono::milliseconds poll_interval() const override;

 private:
  void show_lines(std::string& chunk, const TapRecord& record);
  [[nodiscard]] bool takes_line(const TapRecord& record);
  void show_line(std::string& chunk, const TapRecord& record, std::string_view sender,
                 std::string_view line);
  // Says what was left out since it was said last, at most once a second unless it is the end.
  void show_skipped(std::string& chunk, bool is_end);

  const std::unique_ptr<Tap> tap_;
  const base::Instant started_ = base::Instant::now();
  TokenBucket lines_;
  insight::ForeignReader foreign_;
  std::uint64_t said_skipped_ = 0;
  base::TimePoint says_next_{};
  bool has_begun_ = false;
};

}  // namespace weir::app
