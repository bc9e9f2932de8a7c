// SPDX-License-Identifier: Apache-2.0
#include "app/commands/capture_listeners.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "app/tap/random_share.h"
#include "weir/base/clock.h"
#include "weir/net/datagram_listener.h"
#include "weir/net/stream_listener.h"
#include "weir/statsd/line_splitter.h"

namespace weir::app {

namespace {

namespace asio = boost::asio;

constexpr std::size_t kLineBytesMax = 65'536;
// A reader of the file sees what came no later than this.
constexpr std::chrono::milliseconds kFlushInterval{200};
// To take in what the sockets hold at the end.
constexpr std::chrono::seconds kDrainTime{1};

double seconds_of(base::Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// What all sinks write to.
class Recorder {
 public:
  // `on_full` is called once, when nothing more can be written.
  Recorder(CaptureOutput& output, double sample, std::function<void()> on_full)
      : output_(output),
        share_(sample, static_cast<std::uint64_t>(start_.monotonic.time_since_epoch().count())),
        on_full_(std::move(on_full)) {}

  void begin(std::string_view source) {
    output_.begin(std::chrono::duration<double>(start_.unix_time.time_since_epoch()).count(),
                  source);
  }

  void add(capture::Record record, base::TimePoint now) {
    if (is_full_ || !share_.takes()) return;
    record.seconds = std::max(0.0, seconds_of(now - start_.monotonic));
    keep([&] { return output_.add(record); });
  }

  void lose(std::uint64_t records) {
    if (!is_full_) lost_ += records;
  }

  void flush() {
    keep([this] {
      output_.flush();
      return true;
    });
  }

  // Passes on why nothing could be written.
  capture::End end(std::uint64_t lost_before) {
    if (fault_) std::rethrow_exception(fault_);
    const double seconds = seconds_of(base::Clock::now() - start_.monotonic);
    output_.end(seconds, lost_ + lost_before);
    return {.seconds = seconds, .records = output_.records(), .lost = lost_ + lost_before};
  }

 private:
  // The listeners must not see what `write` throws.
  void keep(const std::function<bool()>& write) {
    if (is_full_) return;
    try {
      is_full_ = !write();
    } catch (const std::exception&) {
      fault_ = std::current_exception();
      is_full_ = true;
    }
    if (is_full_) on_full_();
  }

  CaptureOutput& output_;
  const base::Instant start_ = base::Instant::now();
  RandomShare share_;
  std::function<void()> on_full_;
  std::exception_ptr fault_;
  std::uint64_t lost_ = 0;
  bool is_full_ = false;
};

// Where records come from, as they say it.
struct Origin {
  std::string_view transport;
  std::string listener;  // of a unix socket
};

Origin origin_of(ListenerKind kind, const net::BoundSocket& socket) {
  return {name_of(kind), socket.is_unix() ? socket.address : std::string()};
}

class DatagramRecorder final : public net::DatagramSink {
 public:
  DatagramRecorder(Recorder& recorder, Origin origin)
      : recorder_(recorder), origin_(std::move(origin)) {}

  void on_datagrams(std::span<const std::string_view> batch, const net::Senders& senders,
                    base::TimePoint now) override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const std::string sender = senders.of(i);
      recorder_.add({0, origin_.transport, sender, origin_.listener, batch[i]}, now);
    }
  }
  [[nodiscard]] bool wants_all_senders() const override { return true; }

 private:
  Recorder& recorder_;
  const Origin origin_;
};

class LineRecorder final : public net::StreamSink {
 public:
  LineRecorder(Recorder& recorder, Origin origin, std::string sender)
      : recorder_(recorder), origin_(std::move(origin)), sender_(std::move(sender)) {}

  void on_bytes(std::string_view bytes, base::TimePoint now) override {
    splitter_.feed(
        bytes, [this, now](std::string_view line, statsd::LineBytes) { add(line, now); },
        [this](std::string_view) { recorder_.lose(1); });
  }
  void on_end(base::TimePoint now) override {
    splitter_.finish([this, now](std::string_view line, statsd::LineBytes) { add(line, now); });
  }
  [[nodiscard]] bool holds_unfinished_line() const override { return splitter_.holds_bytes(); }

 private:
  void add(std::string_view line, base::TimePoint now) {
    recorder_.add({0, origin_.transport, sender_, origin_.listener, line}, now);
  }

  Recorder& recorder_;
  const Origin origin_;
  const std::string sender_;
  statsd::LineSplitter splitter_{kLineBytesMax};
};

ListenSockets open(const std::vector<TrafficAddress>& addresses, const base::Log& log) {
  ListenAddresses wanted;
  for (const auto& [kind, address] : addresses) {
    if (!kind || kind == ListenerKind::Udp) wanted.udp.push_back(address);
    if (!kind || kind == ListenerKind::Tcp) wanted.tcp.push_back(address);
    if (kind == ListenerKind::Unixgram) wanted.unixgram.push_back(address);
    if (kind == ListenerKind::Unixstream) wanted.unixstream.push_back(address);
  }
  Options options;
  options.workers = 1;
  auto opened = open_listeners(plan_listeners(wanted), options, log);
  return std::move(opened.front());
}

class Listening {
 public:
  Listening(const std::vector<TrafficAddress>& addresses, std::chrono::nanoseconds time_max,
            double sample, CaptureOutput& output)
      : recorder_(output, sample, [this] { asio::post(context_, [this] { finish(); }); }),
        time_max_(time_max) {
    auto sockets = open(addresses, log_);
    take_datagrams(ListenerKind::Udp, sockets.udp);
    take_datagrams(ListenerKind::Unixgram, sockets.unixgram);
    take_streams(ListenerKind::Tcp, sockets.tcp);
    take_streams(ListenerKind::Unixstream, sockets.unixstream);
  }

  capture::End run() {
    recorder_.begin(fmt::format("{}", fmt::join(sources_, ", ")));
    const auto on_failure = [this](const std::string& reason) {
      failure_ = reason;
      finish();
    };
    for (const auto& listener : datagram_listeners_) listener->start(on_failure);
    for (const auto& listener : stream_listeners_) listener->start();
    signals_.async_wait([this](auto error, int) {
      if (!error) finish();
    });
    flush_later();
    if (time_max_.count() > 0) {
      limit_.expires_after(time_max_);
      limit_.async_wait([this](auto error) {
        if (!error) finish();
      });
    }
    context_.run();
    if (!failure_.empty()) throw std::runtime_error(failure_);
    return recorder_.end(lost());
  }

 private:
  void take_datagrams(ListenerKind kind, std::vector<net::BoundSocket>& sockets) {
    for (net::BoundSocket& socket : sockets) {
      note_source(kind, socket);
      auto& sink = *datagram_sinks_.emplace_back(
          std::make_unique<DatagramRecorder>(recorder_, origin_of(kind, socket)));
      datagram_listeners_.push_back(std::make_unique<net::DatagramListener>(
          context_, std::move(socket), net::DatagramListener::Options{}, sink, log_));
    }
  }

  void take_streams(ListenerKind kind, std::vector<net::BoundSocket>& sockets) {
    for (net::BoundSocket& socket : sockets) {
      note_source(kind, socket);
      const auto make = [this, origin = origin_of(kind, socket)](const net::Peer& peer) {
        return std::make_unique<LineRecorder>(
            recorder_, origin, origin.listener.empty() ? peer.text() : std::string());
      };
      stream_listeners_.push_back(std::make_unique<net::StreamListener>(
          context_, std::move(socket), net::StreamListener::Options{}, make, log_));
    }
  }

  // With the port that the kernel chose for 0, so that the head of the file says where to send.
  void note_source(ListenerKind kind, const net::BoundSocket& socket) {
    std::string address = socket.address;
    if (address.ends_with(":0")) {
      address.pop_back();
      address += std::to_string(net::local_port(socket.descriptor.get()));
    }
    sources_.push_back(fmt::format("{} {}", name_of(kind), address));
  }

  void flush_later() {
    flush_.expires_after(kFlushInterval);
    flush_.async_wait([this](auto error) {
      if (error) return;
      recorder_.flush();
      flush_later();
    });
  }

  // Takes in what the sockets hold; the context then runs out of work.
  void finish() {
    if (std::exchange(is_finished_, true)) return;
    const auto deadline = base::Clock::now() + kDrainTime;
    for (const auto& listener : datagram_listeners_) {
      listener->drain(deadline);
      listener->refresh_kernel_drops();
      listener->stop();
    }
    for (const auto& listener : stream_listeners_) listener->stop(deadline);
    signals_.cancel();
    limit_.cancel();
    flush_.cancel();
  }

  // What never came as far as the recorder.
  [[nodiscard]] std::uint64_t lost() const {
    std::uint64_t lost = 0;
    for (const auto& listener : datagram_listeners_) lost += listener->stats().kernel_drops.value();
    return lost;
  }

  const base::Log log_{base::LogLevel::Warn, base::LogFormat::Logfmt};
  asio::io_context context_{1};
  asio::signal_set signals_{context_, SIGINT, SIGTERM};
  asio::steady_timer limit_{context_};
  asio::steady_timer flush_{context_};
  Recorder recorder_;
  const std::chrono::nanoseconds time_max_;
  std::vector<std::string> sources_;
  std::vector<std::unique_ptr<DatagramRecorder>> datagram_sinks_;
  std::vector<std::unique_ptr<net::DatagramListener>> datagram_listeners_;
  std::vector<std::unique_ptr<net::StreamListener>> stream_listeners_;
  std::string failure_;
  bool is_finished_ = false;
};

}  // namespace

capture::End capture_listeners(const std::vector<TrafficAddress>& addresses,
                               std::chrono::nanoseconds time_max, double sample,
                               CaptureOutput& output) {
  try {
    Listening listening(addresses, time_max, sample, output);
    return listening.run();
  } catch (const StartError& error) {
    throw std::runtime_error(error.what());
  }
}

}  // namespace weir::app
