// SPDX-License-Identifier: Apache-2.0
#include "app/worker.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "weir/statsd/line_splitter.h"

namespace weir::app {

namespace {

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
  made.seed = seed;
  return made;
}

}  // namespace

// From a datagram listener into the pipeline.
class Worker::DatagramWay final : public net::DatagramSink {
 public:
  explicit DatagramWay(pipeline::Pipeline& pipeline) : pipeline_(pipeline) {}

  void on_datagrams(std::span<const std::string_view> datagrams, base::TimePoint now) override {
    pipeline::Pipeline::Batch batch(pipeline_, now);
    for (const auto datagram : datagrams) batch.datagram(datagram);
  }

 private:
  pipeline::Pipeline& pipeline_;
};

// From one connection, joined into lines, into the pipeline.
class Worker::StreamWay final : public net::StreamSink {
 public:
  StreamWay(pipeline::Pipeline& pipeline, std::size_t line_bytes_max, base::Tally& too_long)
      : pipeline_(pipeline), splitter_(line_bytes_max), too_long_(too_long) {}

  void on_bytes(std::string_view bytes, base::TimePoint now) override {
    pipeline::Pipeline::Batch batch(pipeline_, now);
    const std::size_t skipped =
        splitter_.feed(bytes, [&batch](std::string_view line) { batch.line(line); });
    if (skipped == 0) return;
    batch.too_long_lines(skipped);
    too_long_.add(skipped);
  }

  void on_end(base::TimePoint now) override {
    pipeline::Pipeline::Batch batch(pipeline_, now);
    splitter_.finish([&batch](std::string_view line) { batch.line(line); });
  }

  [[nodiscard]] bool holds_unfinished_line() const override { return splitter_.holds_bytes(); }

 private:
  pipeline::Pipeline& pipeline_;
  statsd::LineSplitter splitter_;
  base::Tally& too_long_;
};

Worker::Worker(const Options& options, std::uint64_t seed,
               std::shared_ptr<const pipeline::PreparedRules> rules, metrics::Store& store,
               const base::Log& log)
    : context_(1),
      work_(context_.get_executor()),
      pipeline_(std::move(rules), store, pipeline_options(options, seed)),
      datagrams_(std::make_unique<DatagramWay>(pipeline_)) {
  if (!options.udp_address.empty()) {
    net::UdpListener::Options udp;
    udp.receive_buffer_bytes = static_cast<int>(options.read_buffer_bytes);
    udp_.emplace(context_, net::statsd_endpoint(options.udp_address), udp, *datagrams_, log);
  }
  if (!options.tcp_address.empty()) {
    net::TcpListener::Options tcp;
    tcp.connections_max = options.limits.tcp_connections;
    tcp.idle_timeout =
        std::chrono::duration_cast<std::chrono::milliseconds>(options.limits.tcp_idle_timeout);
    const std::size_t line_bytes_max = options.limits.line_bytes;
    tcp_.emplace(
        context_, net::statsd_endpoint(options.tcp_address), tcp,
        [this, line_bytes_max] {
          return std::make_unique<StreamWay>(pipeline_, line_bytes_max, tcp_lines_too_long_);
        },
        log);
  }
}

Worker::~Worker() { stop(base::Clock::now()); }

void Worker::start(FailureHandler on_failure) {
  if (udp_) udp_->start(std::move(on_failure));
  if (tcp_) tcp_->start();
  thread_ = std::thread([this] { context_.run(); });
}

void Worker::stop(base::TimePoint deadline) {
  if (!thread_.joinable()) return;
  boost::asio::post(context_, [this, deadline] {
    if (udp_) {
      udp_->drain(deadline);
      udp_->stop();
    }
    if (tcp_) tcp_->stop(deadline);
    work_.reset();
  });
  thread_.join();
}

void Worker::use_rules(std::shared_ptr<const pipeline::PreparedRules> rules) {
  boost::asio::post(context_, [this, rules = std::move(rules)]() mutable {
    pipeline_.use_rules(std::move(rules));
  });
}

}  // namespace weir::app
