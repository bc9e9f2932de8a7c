// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "app/cli/options.h"
#include "app/ingest_sinks.h"
#include "app/insight/refusal_sampler.h"
#include "app/insight/sampler.h"
#include "app/listen_plan.h"
#include "app/log_trace.h"
#include "app/refusal_log.h"
#include "app/systemd/heartbeat.h"
#include "app/tap/worker_taps.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/metrics/store.h"
#include "weir/net/datagram_listener.h"
#include "weir/net/stream_listener.h"
#include "weir/pipeline/pipeline.h"
#include "weir/relay/relay.h"

namespace weir::app {

class InfluxInput;
struct InfluxSockets;
class WavefrontInput;

// The open listeners of a worker.
struct Listeners {
  std::vector<std::unique_ptr<net::DatagramListener>> udp;
  std::vector<std::unique_ptr<net::DatagramListener>> unixgram;
  std::vector<std::unique_ptr<net::StreamListener>> tcp;
  std::vector<std::unique_ptr<net::StreamListener>> unixstream;
};

// One ingest thread with its listeners and its pipeline. Everything inside runs on that thread
// alone; the main thread reads counts and posts what changes.
class Worker {
 public:
  // Called on the worker's thread when a listener cannot go on.
  using FailureHandler = std::function<void(const std::string& reason)>;

  // Looks the relay's targets up. `store` and `log` must outlive the worker. Throws StartError.
  Worker(const Options& options, std::uint64_t seed,
         std::shared_ptr<const pipeline::PreparedRules> rules, metrics::Store& store,
         const base::Log& log);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Takes over the sockets that it is to listen on. Once, before `start`. Throws StartError.
  void listen(const Options& options, ListenSockets sockets);
  // The same for clients of InfluxDB. Throws rulefile::ConfigError, too.
  void listen_influx(const Options& options, InfluxSockets sockets);
  // The same for clients of Wavefront.
  void listen_wavefront(const Options& options, std::vector<net::BoundSocket> sockets);
  // The worker beats once in each `beat_period`.
  void start(const FailureHandler& on_failure, std::chrono::nanoseconds beat_period);
  // Begins to take in what the sockets hold, until `deadline` at the latest, and to close them.
  // Calls `on_end`, on the worker's thread, when that is done. Once, after `start`.
  void stop(base::TimePoint deadline, std::function<void()> on_end);
  // Waits for the thread, which ends after a stop.
  void join();
  // Hands new rules over at the next batch boundary; `retire`, called on the worker's thread, gets
  // those before them.
  using Rules = std::shared_ptr<const pipeline::PreparedRules>;
  using Retire = std::function<void(Rules rules)>;
  void use_rules(Rules rules, Retire retire);

  // Lets a client see what comes in, or no longer. Any thread; it takes effect between two batches.
  void open_tap(std::shared_ptr<TapChannel> channel);
  void close_tap(std::shared_ptr<TapChannel> channel);

  // Grows as long as the worker makes progress. Any thread.
  [[nodiscard]] std::uint64_t beats() const { return heartbeat_.beats(); }
  // What it picks of its lines, and of what it refuses, for the main thread to take.
  [[nodiscard]] Sampler& sampler() { return sampler_; }
  [[nodiscard]] RefusalSampler& refusal_sampler() { return refusal_sampler_; }
  [[nodiscard]] const Sampler& sampler() const { return sampler_; }
  [[nodiscard]] const pipeline::Ledger& ledger() const { return pipeline_->ledger(); }
  [[nodiscard]] const Listeners& listeners() const { return listeners_; }
  // As the pipeline has them.
  [[nodiscard]] std::shared_ptr<const pipeline::RuleCounts> rule_counts() const {
    return pipeline_->rule_counts();
  }
  // One for each listener.
  [[nodiscard]] const std::deque<LineSource>& line_sources() const { return line_sources_; }
  // Null unless it listens for them.
  [[nodiscard]] const InfluxInput* influx() const { return influx_.get(); }
  [[nodiscard]] const WavefrontInput* wavefront() const { return wavefront_.get(); }
  // Null without one.
  [[nodiscard]] const relay::Relay* relay() const { return relay_.get(); }
  [[nodiscard]] const StreamLosses& tcp_losses() const { return tcp_losses_; }
  [[nodiscard]] const StreamLosses& unixstream_losses() const { return unixstream_losses_; }
  // Whether its Unix stream sockets bring packets with a length in front, not lines.
  [[nodiscard]] bool has_packets() const { return has_packets_; }

 private:
  class RelayTap;

  void open_relay(const Options& options);
  void add_datagram_listeners(const Options& options, ListenSockets& sockets);
  void add_stream_listeners(const Options& options, ListenSockets& sockets);
  void drain_and_close(base::TimePoint deadline);
  std::unique_ptr<LogTrace> log_trace();
  pipeline::RefusalSink& logged_refusals();
  IngestTarget ingest_target();

  const base::Log& log_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  Heartbeat heartbeat_;
  std::unique_ptr<relay::Relay> relay_;
  std::unique_ptr<RelayTap> tap_;
  RefusalLog refusal_log_;
  // Null unless the log wants it.
  std::unique_ptr<LogTrace> trace_;
  // Before those two.
  RefusalSampler refusal_sampler_;
  Sampler sampler_;
  // Before all of them.
  WorkerTaps taps_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  StreamLosses tcp_losses_;
  StreamLosses unixstream_losses_;
  bool has_packets_ = false;
  // Before what uses them; none moves when others are added.
  std::deque<LineSource> line_sources_;
  std::vector<std::unique_ptr<DatagramSink>> datagram_sinks_;
  Listeners listeners_;
  std::unique_ptr<InfluxInput> influx_;
  std::unique_ptr<WavefrontInput> wavefront_;
  bool is_stopping_ = false;
  std::thread thread_;
};

using Workers = std::vector<std::unique_ptr<Worker>>;

}  // namespace weir::app
