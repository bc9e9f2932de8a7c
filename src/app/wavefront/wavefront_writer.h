// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/wavefront/proxy_sender.h"
#include "app/wavefront/wavefront_options.h"
#include "app/wavefront/write_counts.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"
#include "weir/net/asio.h"

namespace weir::app {

// Writes everything that a scrape shows to a proxy of Wavefront, in equal intervals and once more
// at the end (docs/wavefront.md). The store is read in pieces, between which the thread does other
// things. Main thread.
class WavefrontWriter {
 public:
  using CollectSelf = std::function<std::vector<metrics::SelfFamily>()>;

  // All of it outlives the writer. Throws StartError: the address is none.
  WavefrontWriter(net::asio::io_context& main, const WavefrontWriteOptions& options,
                  metrics::Store& store, CollectSelf collect_self, const base::Log& log);
  ~WavefrontWriter();
  WavefrontWriter(const WavefrontWriter&) = delete;
  WavefrontWriter& operator=(const WavefrontWriter&) = delete;

  void start();
  void log_start() const;
  // Writes the store once more, until `deadline`; then calls `on_end`. Once.
  void stop(base::TimePoint deadline, std::function<void()> on_end);

  [[nodiscard]] const WavefrontWriteCounts& counts() const { return counts_; }

 private:
  struct Pass;

  void pass_later(base::TimePoint at);
  void begin_pass();
  // Takes another piece of the store when there is room for it, now or later.
  void advance_later();
  void advance();
  void end_pass();

  net::asio::io_context& main_;
  const WavefrontWriteOptions& options_;
  const std::string source_;
  metrics::Store& store_;
  const CollectSelf collect_self_;
  const base::Log& log_;
  WavefrontWriteCounts counts_;
  ProxySender sender_;
  net::Timer timer_;
  std::unique_ptr<Pass> pass_;  // null between two
  bool is_posted_ = false;
  bool is_started_ = false;
  // At a stop.
  bool is_last_ = false;
  base::TimePoint deadline_;
  std::function<void()> on_end_;
};

}  // namespace weir::app
