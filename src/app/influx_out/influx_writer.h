// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "app/influx_out/batch_sender.h"
#include "app/influx_out/store_pass.h"
#include "app/influx_out/write_counts.h"
#include "app/influx_out/write_options.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/influxwrite/step_memory.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir::app {

// Writes everything that the store holds, and the daemon's own metrics, to an InfluxDB at an
// interval: makes passes over the store, piece by piece between other work of the main thread, and
// hands their batches to a sender. Main thread.
class InfluxWriter {
 public:
  using CollectSelf = std::function<std::vector<metrics::SelfFamily>()>;

  // All of it outlives the writer. The store was made just now, and is still empty. Throws
  // CredentialError and tls::TrustError.
  InfluxWriter(net::asio::io_context& context, const InfluxWriteOptions& options,
               metrics::Store& store, CollectSelf collect_self, std::uint64_t seed,
               const base::Log& log);

  // Once the store has what was saved.
  void start();
  void log_start() const;
  // A last pass, and all that waits, until `deadline`; then calls `on_end`. Once, whether it was
  // started or not.
  void stop(base::TimePoint deadline, std::function<void()> on_end);

  [[nodiscard]] const InfluxWriteCounts& counts() const { return counts_; }
  [[nodiscard]] const InfluxWriteOptions& options() const { return options_; }

 private:
  void wait_for_turn();
  void begin_pass(influxwrite::StepMemory::Step kind);
  void continue_pass();
  void end_pass();
  void forget();
  void finish();

  net::asio::io_context& context_;
  const InfluxWriteOptions& options_;
  metrics::Store& store_;
  const CollectSelf collect_self_;
  const base::Log& log_;
  InfluxWriteCounts counts_;
  // Of a first look, which writes nothing.
  influxwrite::LineCounts ignored_;
  BatchLimits limits_;
  influxwrite::StepMemory memory_;
  BatchSender sender_;
  net::Timer turn_timer_;
  base::TimePoint next_turn_{};
  // The pass under way.
  std::optional<StorePass> pass_;
  influxwrite::StepMemory::Step kind_ = influxwrite::StepMemory::Step::Ordinary;
  bool is_started_ = false;
  // A pass is under way, or what belongs to its end.
  bool is_busy_ = false;
  bool is_last_ = false;
  base::TimePoint deadline_{};
  std::function<void()> on_end_;
};

}  // namespace weir::app
