// SPDX-License-Identifier: Apache-2.0
#include "app/worker.h"

#include <chrono>
#include <functional>
#include <utility>

#include <boost/asio/post.hpp>

#include "weir/base/thread.h"
#include "weir/pipeline/line_tap.h"
#include "weir/statsd/frame_splitter.h"
#include "weir/statsd/line_splitter.h"

namespace weir::app {

namespace {

std::chrono::milliseconds milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

// False for a piece that its splitter had to join, and will use the place of again.
bool is_inside(std::string_view bytes, std::string_view piece) {
  const std::less_equal<const char*> not_behind;
  return not_behind(bytes.data(), piece.data()) &&
         not_behind(piece.data() + piece.size(), bytes.data() + bytes.size());
}

pipeline::PipelineOptions pipeline_options(const Options& options, std::uint64_t seed) {
  pipeline::PipelineOptions made;
  made.dialects = options.dialects;
  made.parser.sampling_weight_max = static_cast<std::uint32_t>(options.limits.sampling_weight);
  made.line_bytes_max = options.limits.line_bytes;
  made.labels_max = options.limits.labels;
  made.series_bytes_max = options.limits.series_bytes;
  made.bindings_max = options.limits.bindings;
  made.binding_bytes_max = options.limits.binding_bytes;
  made.refused_names_max = options.limits.refused_names;
  made.refuses_non_finite_counters = options.refuses_non_finite_counters;
  made.seed = seed;
  made.writers = options.workers == 1 ? metrics::Writers::One : metrics::Writers::Several;
  return made;
}

}  // namespace

// What all ways from a listener into the pipeline have in common.
class Worker::Way : public OriginSource {
 public:
  // `listener` is its address.
  Way(Worker& worker, ListenerKind kind, std::string listener)
      : worker_(worker), kind_(kind), listener_(std::move(listener)) {}

  [[nodiscard]] Origin origin_of(std::string_view line) const final {
    const bool is_unix = kind_ == ListenerKind::Unixgram || kind_ == ListenerKind::Unixstream;
    return {name_of(kind_), is_unix ? base::Attribute{"listener", listener_}
                                    : base::Attribute{"sender", sender_of(line)}};
  }

 protected:
  // For a batch at `now`.
  [[nodiscard]] pipeline::Pipeline& pipeline(base::TimePoint now) {
    worker_.refusal_log_.begin_batch(*this, now);
    if (worker_.witness_) worker_.witness_->set_transport(name_of(kind_));
    return *worker_.pipeline_;
  }

  // Something that is no line.
  void refuse(pipeline::OtherRefusal reason) {
    pipeline::RefusalSink& sink = worker_.refusals();
    if (sink.wants(reason))
      sink.on_refusal({.reason = reason, .line = {}, .part = {}, .event = {}});
  }

  [[nodiscard]] bool wants_senders() const { return worker_.refusal_log_.wants_all_senders(); }

  // The address; "" when it is not known. Not asked on unix sockets.
  [[nodiscard]] virtual std::string sender_of(std::string_view line) const = 0;

 private:
  Worker& worker_;
  const ListenerKind kind_;
  const std::string listener_;
};

// From a datagram listener.
class Worker::DatagramWay final : public net::DatagramSink, private Way {
 public:
  using Way::Way;

  void on_datagrams(std::span<const std::string_view> datagrams, const net::Senders& senders,
                    base::TimePoint now) override {
    datagrams_ = datagrams;
    senders_ = senders;
    pipeline::Pipeline::Batch batch(pipeline(now), now);
    for (const auto datagram : datagrams) batch.datagram(datagram);
  }

  [[nodiscard]] bool wants_all_senders() const override { return wants_senders(); }

 private:
  [[nodiscard]] std::string sender_of(std::string_view line) const override {
    for (std::size_t i = 0; i < datagrams_.size(); ++i) {
      if (is_inside(datagrams_[i], line)) return senders_.of(i);
    }
    return {};
  }

  // Of the batch in hand.
  std::span<const std::string_view> datagrams_;
  net::Senders senders_;
};

// From one connection, joined into lines.
class Worker::LineWay final : public net::StreamSink, private Way {
 public:
  LineWay(Worker& worker, ListenerKind kind, std::string listener, const net::Peer& peer,
          std::size_t line_bytes_max, StreamLosses& losses)
      : Way(worker, kind, std::move(listener)),
        peer_(peer),
        splitter_(line_bytes_max),
        losses_(losses) {}

  void on_bytes(std::string_view bytes, base::TimePoint now) override {
    pipeline::Pipeline::Batch batch(pipeline(now), now);
    const auto take = [&batch, bytes](std::string_view line) {
      batch.line(line);
      if (!is_inside(bytes, line)) batch.work_off();
    };
    splitter_.feed(bytes, take, [this, &batch](std::string_view beginning) {
      batch.too_long_line(beginning);
      losses_.too_long.add();
    });
  }

  void on_end(base::TimePoint now) override {
    pipeline::Pipeline::Batch batch(pipeline(now), now);
    splitter_.finish([&batch](std::string_view line) {
      batch.line(line);
      batch.work_off();
    });
  }

  [[nodiscard]] bool holds_unfinished_line() const override { return splitter_.holds_bytes(); }

 private:
  [[nodiscard]] std::string sender_of(std::string_view) const override { return peer_.text(); }

  const net::Peer peer_;
  statsd::LineSplitter splitter_;
  StreamLosses& losses_;
};

// The same for packets with their length in front; what is in one is a datagram.
class Worker::FrameWay final : public net::StreamSink, private Way {
 public:
  FrameWay(Worker& worker, ListenerKind kind, std::string listener, std::size_t frame_bytes_max,
           StreamLosses& losses)
      : Way(worker, kind, std::move(listener)), splitter_(frame_bytes_max), losses_(losses) {}

  void on_bytes(std::string_view bytes, base::TimePoint now) override {
    pipeline::Pipeline::Batch batch(pipeline(now), now);
    const std::size_t skipped = splitter_.feed(bytes, [this, &batch](std::string_view packet) {
      losses_.packets.add();
      batch.datagram(packet);
      batch.work_off();
    });
    losses_.too_long.add(skipped);
    for (std::size_t i = 0; i < skipped; ++i) refuse(pipeline::OtherRefusal::FrameTooLong);
  }

  void on_end(base::TimePoint now) override {
    if (!splitter_.finish()) return;
    losses_.cut_off.add();
    pipeline::Pipeline::Batch batch(pipeline(now), now);
    refuse(pipeline::OtherRefusal::FrameCutOff);
  }

 private:
  // Its listeners are unix sockets.
  [[nodiscard]] std::string sender_of(std::string_view) const override { return {}; }

  statsd::FrameSplitter splitter_;
  StreamLosses& losses_;
};

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
    : log_(log), context_(1), work_(context_.get_executor()), refusal_log_(log) {
  open_relay(options);
  auto made = pipeline_options(options, seed);
  made.tap = tap_.get();
  if (log.is_enabled(base::LogLevel::Debug)) {
    witness_ = std::make_unique<DebugWitness>(log, refusal_log_);
  }
  made.witness = witness_.get();
  made.refusals = &refusals();
  pipeline_ = std::make_unique<pipeline::Pipeline>(std::move(rules), store, made);
}

Worker::~Worker() { stop(base::Clock::now()); }

void Worker::open_relay(const Options& options) {
  relay::Relay::Options relay;
  relay.targets = comma_separated(options.relay_address);
  if (relay.targets.empty()) return;
  relay.packet_bytes_max = options.relay_packet_length;
  relay.queue_packets_max = options.limits.relay_queue;
  relay.resolve_interval = milliseconds(options.relay_resolve_interval);
  try {
    relay_ = std::make_unique<relay::Relay>(context_, relay, log_);
  } catch (const relay::RelayError& error) {
    throw StartError("Unable to create relay", "err", error.what());
  }
  tap_ = std::make_unique<RelayTap>(*relay_);
}

void Worker::listen(const Options& options, ListenSockets sockets) {
  add_datagram_listeners(options, sockets);
  add_stream_listeners(options, sockets);
}

void Worker::add_datagram_listeners(const Options& options, ListenSockets& sockets) {
  net::DatagramListener::Options datagram;
  datagram.receive_buffer_bytes = static_cast<int>(options.read_buffer_bytes);
  const auto add = [&](ListenerKind kind, auto& opened, auto& listeners) {
    for (net::BoundSocket& socket : opened) {
      auto& way =
          *datagram_ways_.emplace_back(std::make_unique<DatagramWay>(*this, kind, socket.address));
      try {
        listeners.push_back(std::make_unique<net::DatagramListener>(context_, std::move(socket),
                                                                    datagram, way, log_));
      } catch (const net::ListenError& error) {
        throw start_error(kind, error);
      }
    }
  };
  add(ListenerKind::Udp, sockets.udp, listeners_.udp);
  add(ListenerKind::Unixgram, sockets.unixgram, listeners_.unixgram);
}

void Worker::add_stream_listeners(const Options& options, ListenSockets& sockets) {
  const auto add = [this](auto& opened, auto& listeners, const net::StreamListener::Options& stream,
                          const auto& make_sink) {
    for (net::BoundSocket& socket : opened) {
      const auto make = [make_sink, listener = socket.address](const net::Peer& peer) {
        return make_sink(listener, peer);
      };
      listeners.push_back(
          std::make_unique<net::StreamListener>(context_, std::move(socket), stream, make, log_));
    }
  };
  const Options::Limits limits = options.limits;
  net::StreamListener::Options tcp;
  tcp.connections_max = limits.tcp_connections;
  tcp.connections_flag = "--limits.tcp-connections";
  tcp.idle_timeout = milliseconds(limits.tcp_idle_timeout);
  add(sockets.tcp, listeners_.tcp, tcp,
      [this, limits](const std::string& listener, const net::Peer& peer) {
        return std::make_unique<LineWay>(*this, ListenerKind::Tcp, listener, peer,
                                         limits.line_bytes, tcp_losses_);
      });

  net::StreamListener::Options unix_stream;
  unix_stream.connections_max = limits.unixstream_connections;
  unix_stream.connections_flag = "--limits.unixstream-connections";
  unix_stream.idle_timeout = milliseconds(limits.unixstream_idle_timeout);
  const bool has_lengths = options.unixstream_framing == "length";
  add(sockets.unixstream, listeners_.unixstream, unix_stream,
      [this, limits, has_lengths](const std::string& listener,
                                  const net::Peer& peer) -> std::unique_ptr<net::StreamSink> {
        if (has_lengths) {
          return std::make_unique<FrameWay>(*this, ListenerKind::Unixstream, listener,
                                            limits.frame_bytes, unixstream_losses_);
        }
        return std::make_unique<LineWay>(*this, ListenerKind::Unixstream, listener, peer,
                                         limits.line_bytes, unixstream_losses_);
      });
}

pipeline::RefusalSink& Worker::refusals() {
  if (witness_) return *witness_;
  return refusal_log_;
}

void Worker::start(const FailureHandler& on_failure) {
  for (const auto& listener : listeners_.udp) listener->start(on_failure);
  for (const auto& listener : listeners_.unixgram) listener->start(on_failure);
  for (const auto& listener : listeners_.tcp) listener->start();
  for (const auto& listener : listeners_.unixstream) listener->start();
  if (relay_) relay_->start();
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

void Worker::stop(base::TimePoint deadline) {
  if (!thread_.joinable()) return;
  boost::asio::post(context_, [this, deadline] {
    drain_and_close(deadline);
    work_.reset();
  });
  thread_.join();
}

void Worker::use_rules(Rules rules, Retire retire) {
  boost::asio::post(context_,
                    [this, rules = std::move(rules), retire = std::move(retire)]() mutable {
                      retire(pipeline_->use_rules(std::move(rules)));
                    });
}

}  // namespace weir::app
