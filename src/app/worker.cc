// SPDX-License-Identifier: Apache-2.0
#include "app/worker.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

#include <boost/asio/post.hpp>

#include "app/influx/influx_input.h"
#include "app/tls_source.h"
#include "app/wavefront/wavefront_input.h"
#include "weir/base/thread.h"
#include "weir/pipeline/line_tap.h"

namespace weir::app {

namespace {

pipeline::PipelineOptions pipeline_options(const Options& options, std::uint64_t seed) {
  pipeline::PipelineOptions made = options.pipeline;
  made.seed = seed;
  made.writers = options.workers == 1 ? metrics::Writers::One : metrics::Writers::Several;
  return made;
}

// Of the lines that wait to be looked at: a second's worth where there are few workers, and 4 MiB
// of all that there may be.
std::size_t ring_bytes(std::uint64_t workers) {
  constexpr std::size_t kMost = 131'072;
  constexpr std::size_t kLeast = 16'384;
  constexpr std::size_t kAll = 2'097'152;
  return std::bit_floor(std::clamp(kAll / static_cast<std::size_t>(workers), kLeast, kMost));
}

}  // namespace

// From the pipeline, which sees lines, to the relay, which knows only bytes.
class Worker::RelayTap final : public pipeline::LineTap {
 public:
  explicit RelayTap(relay::Relay& relay) : relay_(relay) {}
  void on_line(std::string_view line) override { relay_.on_line(line); }

 private:
  relay::Relay& relay_;
};

Worker::Worker(const Options& options, std::uint64_t seed,
               std::shared_ptr<const pipeline::PreparedRules> rules, metrics::Store& store,
               const base::Log& log)
    : log_(log),
      context_(1),
      work_(context_.get_executor()),
      heartbeat_(context_),
      refusal_log_(log),
      trace_(log_trace()),
      refusal_sampler_(!options.is_status_disabled, logged_refusals()),
      sampler_(!options.is_status_disabled, ring_bytes(options.workers), seed),
      taps_(refusal_sampler_) {
  open_relay(options);
  auto made = pipeline_options(options, seed);
  made.tap = tap_.get();
  made.trace = trace_.get();
  made.refusals = &taps_;
  made.unmapped = options.is_status_disabled ? nullptr : &sampler_;
  pipeline_ = std::make_unique<pipeline::Pipeline>(std::move(rules), store, made);
}

Worker::~Worker() {
  if (thread_.joinable() && !is_stopping_) stop(base::Clock::now(), [] {});
  join();
}

void Worker::open_relay(const Options& options) {
  if (options.relay.targets.empty()) return;
  try {
    relay_ = std::make_unique<relay::Relay>(context_, options.relay, log_);
  } catch (const relay::RelayError& error) {
    throw StartError("Unable to create relay", "err", error.what());
  }
  tap_ = std::make_unique<RelayTap>(*relay_);
}

void Worker::listen(const Options& options, ListenSockets sockets) {
  add_datagram_listeners(options, sockets);
  add_stream_listeners(options, sockets);
}

void Worker::listen_influx(const Options& options, InfluxSockets sockets) {
  influx_ =
      std::make_unique<InfluxInput>(context_, options, std::move(sockets), ingest_target(), log_);
}

void Worker::listen_wavefront(const Options& options, std::vector<net::BoundSocket> sockets) {
  wavefront_ = std::make_unique<WavefrontInput>(context_, options, std::move(sockets),
                                                ingest_target(), log_);
}

void Worker::add_datagram_listeners(const Options& options, ListenSockets& sockets) {
  const auto add = [&](ListenerKind kind, auto& opened, auto& listeners) {
    for (net::BoundSocket& socket : opened) {
      LineSource& source = line_sources_.emplace_back(kind, socket.address);
      auto& sink =
          *datagram_sinks_.emplace_back(std::make_unique<DatagramSink>(ingest_target(), source));
      try {
        listeners.push_back(std::make_unique<net::DatagramListener>(context_, std::move(socket),
                                                                    options.datagram, sink, log_));
      } catch (const net::ListenError& error) {
        throw start_error(kind, error);
      }
    }
  };
  add(ListenerKind::Udp, sockets.udp, listeners_.udp);
  add(ListenerKind::Unixgram, sockets.unixgram, listeners_.unixgram);
}

void Worker::add_stream_listeners(const Options& options, ListenSockets& sockets) {
  const auto add = [this](ListenerKind kind, auto& opened, auto& listeners,
                          const net::StreamListener::Options& stream, const auto& make_sink) {
    for (net::BoundSocket& socket : opened) {
      LineSource& source = line_sources_.emplace_back(kind, socket.address);
      const auto make = [make_sink, &source](const net::Peer& peer) {
        return make_sink(source, peer);
      };
      listeners.push_back(
          std::make_unique<net::StreamListener>(context_, std::move(socket), stream, make, log_));
    }
  };
  const std::size_t line_bytes_max = options.pipeline.line_bytes_max;
  net::StreamListener::Options tcp = options.tcp;
  // Each worker has one of its own, which it alone uses.
  tcp.tls = make_ingest_tls_source(options.tcp_tls_config_path, log_);
  add(ListenerKind::Tcp, sockets.tcp, listeners_.tcp, tcp,
      [this, line_bytes_max](LineSource& source, const net::Peer& peer) {
        return std::make_unique<LineStreamSink>(ingest_target(), source, peer, line_bytes_max,
                                                tcp_losses_);
      });

  has_packets_ = options.unixstream_framing == StreamFraming::Length;
  const std::size_t frame_bytes_max = options.frame_bytes_max;
  add(ListenerKind::Unixstream, sockets.unixstream, listeners_.unixstream, options.unixstream,
      [this, line_bytes_max, frame_bytes_max](
          LineSource& source, const net::Peer& peer) -> std::unique_ptr<net::StreamSink> {
        if (has_packets_) {
          return std::make_unique<FrameStreamSink>(ingest_target(), source, frame_bytes_max,
                                                   unixstream_losses_);
        }
        return std::make_unique<LineStreamSink>(ingest_target(), source, peer, line_bytes_max,
                                                unixstream_losses_);
      });
}

std::unique_ptr<LogTrace> Worker::log_trace() {
  if (!log_.is_enabled(base::LogLevel::Debug)) return nullptr;
  return std::make_unique<LogTrace>(log_, refusal_log_);
}

pipeline::RefusalSink& Worker::logged_refusals() {
  if (trace_) return *trace_;
  return refusal_log_;
}

IngestTarget Worker::ingest_target() {
  return {*pipeline_, taps_, refusal_sampler_, refusal_log_, sampler_, trace_.get()};
}

void Worker::start(const FailureHandler& on_failure, std::chrono::nanoseconds beat_period) {
  for (const auto& listener : listeners_.udp) listener->start(on_failure);
  for (const auto& listener : listeners_.unixgram) listener->start(on_failure);
  for (const auto& listener : listeners_.tcp) listener->start();
  for (const auto& listener : listeners_.unixstream) listener->start();
  if (influx_) influx_->start(on_failure);
  if (wavefront_) wavefront_->start();
  if (relay_) relay_->start();
  heartbeat_.start(beat_period);
  thread_ = std::thread([this] {
    base::name_thread("weir-worker");
    base::run_promptly();
    context_.run();
  });
}

void Worker::drain_and_close(base::TimePoint deadline) {
  for (auto* const listeners : {&listeners_.udp, &listeners_.unixgram}) {
    for (const auto& listener : *listeners) {
      listener->drain(deadline);
      listener->stop();
    }
  }
  for (auto* const listeners : {&listeners_.tcp, &listeners_.unixstream}) {
    for (const auto& listener : *listeners) listener->stop(deadline);
  }
  // After the last line came in.
  if (relay_) relay_->stop();
}

void Worker::stop(base::TimePoint deadline, std::function<void()> on_end) {
  is_stopping_ = true;
  boost::asio::post(context_, [this, deadline, on_end = std::move(on_end)] {
    drain_and_close(deadline);
    const auto end = [this, on_end] {
      heartbeat_.stop();
      work_.reset();
      on_end();
    };
    const auto end_wavefront = [this, deadline, end] {
      wavefront_ ? wavefront_->stop(deadline, end) : end();
    };
    influx_ ? influx_->stop(deadline, end_wavefront) : end_wavefront();
  });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::use_rules(Rules rules, Retire retire) {
  boost::asio::post(context_,
                    [this, rules = std::move(rules), retire = std::move(retire)]() mutable {
                      retire(pipeline_->use_rules(std::move(rules)));
                    });
}

void Worker::open_tap(std::shared_ptr<TapChannel> channel) {
  boost::asio::post(context_, [this, channel = std::move(channel)]() mutable {
    taps_.open(std::move(channel), pipeline_->ledger());
  });
}

void Worker::close_tap(std::shared_ptr<TapChannel> channel) {
  boost::asio::post(context_, [this, channel = std::move(channel)] { taps_.close(*channel); });
}

}  // namespace weir::app
