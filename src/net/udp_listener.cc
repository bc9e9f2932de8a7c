// SPDX-License-Identifier: Apache-2.0
#include "weir/net/udp_listener.h"

#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <exception>
#include <netinet/in.h>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "net/socket.h"
#include "net/udp_batch.h"
#include "weir/net/asio.h"
#include "weir/net/session_end.h"

namespace weir::net {
namespace {

constexpr std::chrono::seconds kDropsInterval{1};
constexpr std::chrono::milliseconds kErrorPause{100};

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

// Returns the size the kernel granted.
int set_receive_buffer(int fd, int wanted, const std::string& subject) {
  const int asked = wanted == 0 ? kReceiveBufferBytesDefault : wanted;
  const bool is_forced =
      wanted == 0 && ::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &asked, sizeof asked) == 0;
  if (!is_forced && ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &asked, sizeof asked) != 0) {
    throw ListenError(fmt::format("set {}: setsockopt: {}", subject, describe_errno(errno)));
  }
  int granted = 0;
  socklen_t length = sizeof granted;
  ::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &length);
  return granted;
}

void log_receive_buffer(const base::Log& log, const std::string& address, int wanted,
                        std::int64_t granted) {
  const int asked = wanted == 0 ? kReceiveBufferBytesDefault : wanted;
  log.info("UDP receive buffer",
           {{"address", address}, {"effective_bytes", std::to_string(granted)}});
  // The kernel stores twice what was asked, for its own bookkeeping.
  if (granted / 2 < asked) {
    log.warn(
        "UDP receive buffer is smaller than wanted: bursts may be lost; raise net.core.rmem_max",
        {{"wanted_bytes", std::to_string(asked)}, {"effective_bytes", std::to_string(granted)}});
  }
}

std::uint32_t read_kernel_drops(int fd, std::uint32_t fallback) {
  constexpr std::size_t kDropsField = 8;  // SK_MEMINFO_DROPS of linux/sock_diag.h
  std::array<std::uint32_t, kDropsField + 1> meminfo{};
  socklen_t length = sizeof meminfo;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, meminfo.data(), &length) != 0) return fallback;
  return length == sizeof meminfo ? meminfo[kDropsField] : fallback;
}

}  // namespace

class UdpListener::Receiver {
 public:
  Receiver(asio::io_context& context, const Endpoint& endpoint, const Options& options,
           DatagramSink& sink, const base::Log& log)
      : context_(context),
        socket_(context),
        drops_timer_(context),
        pause_timer_(context),
        batch_(options.batch_size),
        batches_per_wake_max_(options.batches_per_wake_max),
        address_(endpoint.text),
        wanted_bytes_(options.receive_buffer_bytes),
        sink_(sink),
        log_(log) {
    assert(options.batches_per_wake_max > 0);
    BoundSocket bound = open_udp(endpoint, options.sharing);
    const int granted = set_receive_buffer(bound.descriptor.get(), options.receive_buffer_bytes,
                                           "udp " + endpoint.text);
    receive_buffer_bytes_ = static_cast<std::uint64_t>(granted);
    const auto protocol = bound.family == AF_INET6 ? asio::ip::udp::v6() : asio::ip::udp::v4();
    socket_.assign(protocol, bound.descriptor.get());
    static_cast<void>(bound.descriptor.release());
    local_port_ = socket_.local_endpoint().port();
  }

  void start(FailureHandler on_failure) {
    on_failure_ = std::move(on_failure);
    log_receive_buffer(log_, address_, wanted_bytes_,
                       static_cast<std::int64_t>(receive_buffer_bytes_));
    const auto on_end = [this](const std::exception_ptr& error) {
      if (error) fail("UDP listener: " + describe(error));
    };
    asio::co_spawn(context_, run(), on_end);
    asio::co_spawn(context_, watch_drops(), on_end);
  }

  void drain(base::TimePoint deadline) {
    Received received;
    do {
      received = receive_once();
    } while (received.is_full && received.at < deadline);
  }

  void stop() {
    drops_timer_.cancel();
    pause_timer_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  void refresh_kernel_drops() {
    if (!socket_.is_open()) return;
    const std::uint32_t drops = read_kernel_drops(socket_.native_handle(), drops_seen_);
    // The kernel's count is 32 bits wide and wraps.
    const std::uint32_t grown = drops - drops_seen_;
    drops_seen_ = drops;
    if (grown == 0) return;
    if (stats_.kernel_drops.value() == 0) {
      log_.warn("the kernel drops UDP datagrams: the receive buffer overflows",
                {{"drops", std::to_string(grown)}});
    }
    stats_.kernel_drops.add(grown);
  }

  [[nodiscard]] const UdpStats& stats() const { return stats_; }
  [[nodiscard]] std::uint64_t receive_buffer_bytes() const { return receive_buffer_bytes_; }
  [[nodiscard]] std::uint16_t local_port() const { return local_port_; }
  [[nodiscard]] int native_handle() { return socket_.native_handle(); }

 private:
  struct Received {
    bool is_full = false;  // more may be waiting
    int error = 0;
    base::TimePoint at{};
  };

  Received receive_once() {
    if (!socket_.is_open()) return {};
    stats_.receive_calls.add();
    const auto batch = batch_.receive(socket_.native_handle());
    const base::TimePoint now = base::Clock::now();
    if (!batch) return {false, batch.error().value(), now};
    if (batch->empty()) return {false, 0, now};
    std::uint64_t bytes = 0;
    for (const std::string_view datagram : *batch) bytes += datagram.size();
    stats_.packets.add(batch->size());
    stats_.bytes.add(bytes);
    sink_.on_datagrams(*batch, now);
    return {batch->size() == batch_.size(), 0, now};
  }

  // Returns the errno that ended the drain, or 0. A short batch ends it: going on to EAGAIN would
  // cost a second system call each time.
  int drain_for_one_wake() {
    for (std::size_t i = 0; i < batches_per_wake_max_; ++i) {
      const Received received = receive_once();
      if (!received.is_full) return received.error;
    }
    return 0;
  }

  asio::awaitable<void> run() {
    while (socket_.is_open()) {
      const auto [wait_error] = co_await socket_.async_wait(UdpSocket::wait_read);
      if (!socket_.is_open()) co_return;
      const int error = wait_error ? wait_error.value() : drain_for_one_wake();
      if (error == 0) continue;
      stats_.read_errors.add();
      if (!is_transient(error)) {
        fail("read udp: " + describe_errno(error));
        co_return;
      }
      if (stats_.read_errors.value() == 1) {
        log_.warn("UDP read error, retrying", {{"error", describe_errno(error)}});
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
  UdpSocket socket_;
  Timer drops_timer_;
  Timer pause_timer_;
  UdpBatch batch_;
  std::size_t batches_per_wake_max_;
  const std::string address_;
  const int wanted_bytes_;
  DatagramSink& sink_;
  const base::Log& log_;
  FailureHandler on_failure_;
  UdpStats stats_;
  std::uint32_t drops_seen_ = 0;
  std::uint64_t receive_buffer_bytes_ = 0;
  std::uint16_t local_port_ = 0;
};

UdpListener::UdpListener(asio::io_context& context, const Endpoint& endpoint,
                         const Options& options, DatagramSink& sink, const base::Log& log)
    : receiver_(std::make_unique<Receiver>(context, endpoint, options, sink, log)) {}
UdpListener::~UdpListener() = default;

void UdpListener::start(FailureHandler on_failure) { receiver_->start(std::move(on_failure)); }
void UdpListener::drain(base::TimePoint deadline) { receiver_->drain(deadline); }
void UdpListener::stop() { receiver_->stop(); }
void UdpListener::refresh_kernel_drops() { receiver_->refresh_kernel_drops(); }
const UdpStats& UdpListener::stats() const { return receiver_->stats(); }
std::uint64_t UdpListener::receive_buffer_bytes() const {
  return receiver_->receive_buffer_bytes();
}
std::uint16_t UdpListener::local_port() const { return receiver_->local_port(); }
int UdpListener::native_handle() const { return receiver_->native_handle(); }

}  // namespace weir::net
