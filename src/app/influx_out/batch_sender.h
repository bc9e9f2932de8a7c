// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/influx_out/http_post.h"
#include "app/influx_out/store_pass.h"
#include "app/influx_out/write_counts.h"
#include "app/influx_out/write_options.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/log_gate.h"
#include "weir/influxwrite/answer.h"
#include "weir/influxwrite/backoff.h"
#include "weir/influxwrite/write_queue.h"

namespace weir::app {

// Writes batches to an InfluxDB, one after the other, the oldest first. What the server cannot take
// now is sent again, the same bytes, after a pause; what it refuses is counted. Main thread.
class BatchSender {
 public:
  // All of it outlives the sender. Where a batch is too large `limits` shrink. Throws
  // CredentialError and tls::TrustError.
  BatchSender(net::asio::io_context& context, const InfluxWriteOptions& options,
              InfluxWriteCounts& counts, BatchLimits& limits, std::uint64_t seed,
              const base::Log& log);

  void push(influxwrite::Batch batch);
  // Sends what waits until `deadline`, at once and without long pauses, then calls `on_end`. Once;
  // nothing is pushed any more.
  void stop(base::TimePoint deadline, std::function<void()> on_end);

 private:
  using Verdict = influxwrite::Verdict;

  void begin_run();
  net::asio::awaitable<void> run();
  // How long to wait before the next; none for not at all.
  net::asio::awaitable<std::optional<influxwrite::Backoff::Time>> write_front();
  net::asio::awaitable<bool> make_database();
  [[nodiscard]] HttpPost request_of(const influxwrite::Batch& batch);
  [[nodiscard]] std::string authorization();
  std::optional<influxwrite::Backoff::Time> settle(const influxwrite::Answer& answer);
  void settle_front(const influxwrite::Answer& answer);
  void split_front();
  [[nodiscard]] influxwrite::Backoff::Time pause(std::optional<std::chrono::seconds> asked_for);
  void count(Verdict verdict);
  void drop_aged();
  void warn(std::string_view message, const std::string& error);
  void note_queue();
  void end();

  net::asio::io_context& context_;
  const InfluxWriteOptions& options_;
  InfluxWriteCounts& counts_;
  BatchLimits& limits_;
  const base::Log& log_;
  HttpPoster poster_;
  influxwrite::WriteQueue queue_;
  influxwrite::Backoff backoff_;
  base::LogGate warnings_;
  net::Timer pause_timer_;
  net::Timer stop_timer_;
  std::string last_authorization_;
  bool is_running_ = false;
  // There is no time for another attempt.
  bool has_given_up_ = false;
  // A warning was logged since the last success.
  bool has_warned_ = false;
  // For the batch in front the database was made.
  bool has_made_database_ = false;
  std::optional<base::TimePoint> deadline_;
  std::function<void()> on_end_;
};

}  // namespace weir::app
