// SPDX-License-Identifier: Apache-2.0
#include "weir/net/datagram_listener.h"

#include <array>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <exception>
#include <span>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#include "net/datagram_batch.h"
#include "weir/net/asio.h"
#include "weir/net/coroutine_errors.h"

namespace weir::net {
namespace {

constexpr std::chrono::seconds kDropsInterval{1};
constexpr std::chrono::milliseconds kErrorPause{100};
// A sender's address costs the kernel 40 ns. For so many it costs a full batch little, and a
// receive that brings no more has cost far more by waking up.
constexpr std::size_t kSendersToldMin = 2;

// Under a dense stream of small datagrams every wake-up costs more than the datagram that caused
// it. So the thread sleeps for `kNap` and then reads several at once. A stream is dense when
// datagrams arrive less than `kNap` apart; it naps on while each nap yields `kPile` of them.
constexpr std::chrono::microseconds kNap{50};
constexpr std::size_t kPile = 4;
constexpr std::uint64_t kSmallBytes = 512;
// Holds what arrives during many naps.
constexpr std::uint64_t kBufferForNaps = 2 << 20;
// No naps for a while after one from which the busy machine woke the thread late, and for longer
// after the kernel dropped a datagram.
constexpr std::chrono::milliseconds kOversleeping{2};
constexpr std::chrono::milliseconds kWakefulness{100};
constexpr std::chrono::minutes kWakefulnessAfterDrops{1};

// Faults of the network or of a short memory, which pass. Anything else is a broken socket.
bool is_transient(int error) {
  switch (error) {
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETUNREACH:
    case ENETDOWN:
    case EMSGSIZE:
    case ENOBUFS:
    case ENOMEM: return true;
    default: return false;
  }
}

// How the two kinds of socket are called in messages.
struct Network {
  std::string_view name;
  std::string_view title;
};

Network network_of(const BoundSocket& socket) {
  return socket.is_unix() ? Network{"unixgram", "Unixgram"} : Network{"udp", "UDP"};
}

bool ask_for_receive_buffer(int fd, int bytes, bool may_force) {
  const bool is_forced =
      may_force && ::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0;
  return is_forced || ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0;
}

int granted_receive_buffer(int fd) {
  int granted = 0;
  socklen_t length = sizeof granted;
  ::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &length);
  return granted;
}

// Whether asking by default would make it smaller: its opener may have been allowed more than this
// process is.
bool has_more_already(int fd) {
  const Descriptor probe(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return probe.get() >= 0 &&
         ask_for_receive_buffer(probe.get(), kReceiveBufferBytesDefault, true) &&
         granted_receive_buffer(fd) > granted_receive_buffer(probe.get());
}

void set_receive_buffer(const BoundSocket& socket, int wanted) {
  if (wanted == 0 && socket.is_unix()) return;
  const int fd = socket.descriptor.get();
  if (wanted == 0 && has_more_already(fd)) return;
  const int asked = wanted == 0 ? kReceiveBufferBytesDefault : wanted;
  if (!ask_for_receive_buffer(fd, asked, wanted == 0)) {
    throw ListenError(fmt::format("set {} {}: setsockopt: {}", network_of(socket).name,
                                  socket.address, describe_errno(errno)));
  }
}

void log_receive_buffer(const base::Log& log, const std::string& address, int wanted,
                        std::int64_t granted) {
  const int asked = wanted == 0 ? kReceiveBufferBytesDefault : wanted;
  // The kernel counts twice what was asked, for its own bookkeeping.
  const std::int64_t got = granted / 2;
  log.info("UDP receive buffer", {{"address", address},
                                  {"bytes", std::to_string(got)},
                                  {"bytes_with_bookkeeping", std::to_string(granted)}});
  if (got < asked) {
    log.warn(
        "UDP receive buffer is smaller than wanted: bursts may be lost; raise net.core.rmem_max",
        {{"wanted_bytes", std::to_string(asked)}, {"bytes", std::to_string(got)}});
  }
}

std::uint32_t read_kernel_drops(int fd, std::uint32_t fallback) {
  constexpr std::size_t kDropsField = 8;  // SK_MEMINFO_DROPS of linux/sock_diag.h
  std::array<std::uint32_t, kDropsField + 1> meminfo{};
  socklen_t length = sizeof meminfo;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, meminfo.data(), &length) != 0) return fallback;
  return length == sizeof meminfo ? meminfo[kDropsField] : fallback;
}

bool has_unread(int fd) {
  int bytes = 0;
  return ::ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0;
}

}  // namespace

class DatagramListener::Receiver {
 public:
  Receiver(asio::io_context& context, BoundSocket socket, const Options& options,
           DatagramSink& sink, const base::Log& log)
      : context_(context),
        socket_(context),
        drops_timer_(context),
        pause_timer_(context),
        batch_(options.batch_size),
        batches_per_wake_max_(options.batches_per_wake_max),
        is_unix_(socket.is_unix()),
        network_(network_of(socket)),
        address_(socket.address),
        wanted_bytes_(options.receive_buffer_bytes),
        sink_(sink),
        log_(log) {
    assert(options.batches_per_wake_max > 0);
    const int fd = socket.descriptor.get();
    set_receive_buffer(socket, options.receive_buffer_bytes);
    receive_buffer_bytes_ = static_cast<std::uint64_t>(granted_receive_buffer(fd));
    local_port_ = net::local_port(fd);
    socket_.assign({socket.family, 0}, fd);
    static_cast<void>(socket.descriptor.release());
    file_ = std::move(socket.file);
  }

  void start(FailureHandler on_failure) {
    on_failure_ = std::move(on_failure);
    const auto on_end = [this](const std::exception_ptr& error) {
      if (error) fail(fmt::format("{} listener: {}", network_.title, describe(error)));
    };
    asio::co_spawn(context_, run(), on_end);
    if (is_unix_) return;
    log_receive_buffer(log_, address_, wanted_bytes_,
                       static_cast<std::int64_t>(receive_buffer_bytes_));
    asio::co_spawn(context_, watch_drops(), on_end);
  }

  void drain(base::TimePoint deadline) {
    Received received;
    do {
      received = receive_once();
    } while (received.is_full && received.at < deadline);
    if (!received.is_full || !has_unread(socket_.native_handle())) return;
    log_.warn("stop timeout is over, leaving datagrams behind", {{"address", address_}});
  }

  void stop() {
    drops_timer_.cancel();
    pause_timer_.cancel();
    file_.remove();
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  void refresh_kernel_drops() {
    if (!socket_.is_open() || is_unix_) return;
    const std::uint32_t drops = read_kernel_drops(socket_.native_handle(), drops_seen_);
    // The kernel's count is 32 bits wide and wraps.
    const std::uint32_t grown = drops - drops_seen_;
    drops_seen_ = drops;
    if (grown == 0) return;
    may_nap_from_ = base::Clock::now() + kWakefulnessAfterDrops;
    if (stats_.kernel_drops.value() == 0) {
      log_.warn("the kernel drops UDP datagrams: the receive buffer overflows",
                {{"drops", std::to_string(grown)}});
    }
    stats_.kernel_drops.add(grown);
  }

  [[nodiscard]] const DatagramStats& stats() const { return stats_; }
  [[nodiscard]] std::uint64_t receive_buffer_bytes() const { return receive_buffer_bytes_; }
  [[nodiscard]] std::uint16_t local_port() const { return local_port_; }
  [[nodiscard]] int native_handle() { return socket_.native_handle(); }

 private:
  struct Received {
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    bool is_full = false;  // more may be waiting
    int error = 0;
    base::TimePoint at{};
  };

  Received receive_once() {
    if (!socket_.is_open()) return {};
    stats_.receive_calls.add();
    const auto arrivals = batch_.receive(socket_.native_handle(), senders_wanted());
    const base::TimePoint now = base::Clock::now();
    if (!arrivals) return {0, 0, false, arrivals.error().value(), now};
    const auto datagrams = arrivals->datagrams;
    if (datagrams.empty()) return {0, 0, false, 0, now};
    const std::uint64_t bytes = count(*arrivals);
    sink_.on_datagrams(datagrams, arrivals->senders, now);
    return {datagrams.size(), bytes, datagrams.size() == batch_.size(), 0, now};
  }

  [[nodiscard]] std::size_t senders_wanted() const {
    if (is_unix_) return 0;
    return sink_.wants_all_senders() ? batch_.size() : kSendersToldMin;
  }

  // Returns the bytes.
  std::uint64_t count(const Arrivals& arrivals) {
    std::uint64_t bytes = 0;
    for (const std::string_view datagram : arrivals.datagrams) bytes += datagram.size();
    stats_.packets.add(arrivals.datagrams.size());
    stats_.bytes.add(bytes);
    stats_.truncated.add(arrivals.truncated);
    return bytes;
  }

  // Returns the errno that ended the drain, or 0. A short batch ends it: going on to EAGAIN would
  // cost a second system call each time.
  int drain_for_one_wake() {
    bool has_napped = false;
    for (std::size_t i = 0; i < batches_per_wake_max_; ++i) {
      const Received received = receive_once();
      const auto gap = received.at - last_;
      last_ = received.at;
      if (has_napped && gap > kOversleeping) may_nap_from_ = last_ + kWakefulness;
      const bool is_dense = has_napped ? received.count >= kPile : gap < kNap;
      has_napped = false;
      if (received.is_full) continue;
      if (!is_dense || !may_nap(received)) return received.error;
      std::this_thread::sleep_for(kNap);
      has_napped = true;
    }
    return 0;
  }

  [[nodiscard]] bool may_nap(const Received& received) const {
    return received.error == 0 && received.count > 0 &&
           received.bytes <= received.count * kSmallBytes &&
           receive_buffer_bytes_ >= kBufferForNaps && received.at >= may_nap_from_ && !is_unix_;
  }

  asio::awaitable<void> run() {
    while (socket_.is_open()) {
      const auto [wait_error] = co_await socket_.async_wait(DatagramSocket::wait_read);
      if (!socket_.is_open()) co_return;
      const int error = wait_error ? wait_error.value() : drain_for_one_wake();
      if (error == 0) continue;
      stats_.read_errors.add();
      if (!is_transient(error)) {
        fail(fmt::format("read {}: {}", network_.name, describe_errno(error)));
        co_return;
      }
      if (stats_.read_errors.value() == 1) {
        log_.warn(fmt::format("{} read error, retrying", network_.title),
                  {{"error", describe_errno(error)}});
      }
      pause_timer_.expires_after(kErrorPause);
      [[maybe_unused]] const auto [pause_end] = co_await pause_timer_.async_wait();
    }
  }

  asio::awaitable<void> watch_drops() {
    while (socket_.is_open()) {
      drops_timer_.expires_after(kDropsInterval);
      [[maybe_unused]] const auto [interval_end] = co_await drops_timer_.async_wait();
      refresh_kernel_drops();
    }
  }

  void fail(const std::string& reason) {
    stop();
    if (on_failure_) on_failure_(reason);
  }

  asio::io_context& context_;
  DatagramSocket socket_;
  SocketFile file_;  // goes before the socket is closed
  Timer drops_timer_;
  Timer pause_timer_;
  DatagramBatch batch_;
  std::size_t batches_per_wake_max_;
  const bool is_unix_;
  const Network network_;
  const std::string address_;
  const int wanted_bytes_;
  DatagramSink& sink_;
  const base::Log& log_;
  FailureHandler on_failure_;
  DatagramStats stats_;
  std::uint32_t drops_seen_ = 0;
  // When a batch was last taken.
  base::TimePoint last_;
  base::TimePoint may_nap_from_;
  std::uint64_t receive_buffer_bytes_ = 0;
  std::uint16_t local_port_ = 0;
};

DatagramListener::DatagramListener(asio::io_context& context, BoundSocket socket,
                                   const Options& options, DatagramSink& sink, const base::Log& log)
    : receiver_(std::make_unique<Receiver>(context, std::move(socket), options, sink, log)) {}
DatagramListener::~DatagramListener() = default;

void DatagramListener::start(FailureHandler on_failure) { receiver_->start(std::move(on_failure)); }
void DatagramListener::drain(base::TimePoint deadline) { receiver_->drain(deadline); }
void DatagramListener::stop() { receiver_->stop(); }
void DatagramListener::refresh_kernel_drops() { receiver_->refresh_kernel_drops(); }
const DatagramStats& DatagramListener::stats() const { return receiver_->stats(); }
std::uint64_t DatagramListener::receive_buffer_bytes() const {
  return receiver_->receive_buffer_bytes();
}
std::uint16_t DatagramListener::local_port() const { return receiver_->local_port(); }
int DatagramListener::native_handle() const { return receiver_->native_handle(); }

}  // namespace weir::net
