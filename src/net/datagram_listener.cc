// SPDX-License-Identifier: Apache-2.0
#include "weir/net/datagram_listener.h"

#include <cassert>
#include <cerrno>
#include <chrono>
#include <exception>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#include "net/datagram_batch.h"
#include "net/receive_buffer.h"
#include "net/refused_senders.h"
#include "net/socket_memory.h"
#include "weir/net/asio.h"
#include "weir/net/coroutine_errors.h"

namespace weir::net {
namespace {

constexpr std::chrono::seconds kDropsInterval{1};
constexpr std::chrono::milliseconds kReceiveErrorPause{100};
// A sender's address costs the kernel 40 ns. For so many it costs a full batch little, and a
// receive that brings no more has cost far more by waking up.
constexpr std::size_t kSendersToldMin = 2;
// What a small datagram takes of the receive buffer beside its bytes, about.
constexpr std::uint64_t kBookkeepingBytes = 768;
// Ends the count of what is left at a stop.
constexpr std::size_t kCountedAtStopMax = 1'000'000;

// Under a dense stream every wake-up costs more than the datagram that caused it. So the thread
// sleeps for `kNap` and then reads several at once. A stream is dense when datagrams arrive less
// than `kNap` apart; it naps on while each nap yields `kPile` of them. Drops are no reason to stay
// awake: that takes twice the time, in which more are dropped.
constexpr std::chrono::microseconds kNap{50};
constexpr std::size_t kPile = 4;
// Holds what arrives during many naps.
constexpr std::uint64_t kBufferForNaps = 2 << 20;
// No naps for a while after one from which the busy machine woke the thread late.
constexpr std::chrono::milliseconds kOversleeping{2};
constexpr std::chrono::milliseconds kWakefulness{100};

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
        network_(socket.is_unix() ? Network{"unixgram", "Unixgram"} : Network{"udp", "UDP"}),
        address_(socket.address),
        wanted_bytes_(options.receive_buffer_bytes),
        allow_from_(options.allow_from),
        sink_(sink),
        log_(log),
        refused_senders_(network_.title, "datagrams", log) {
    assert(options.batches_per_wake_max > 0);
    const int fd = socket.descriptor.get();
    set_receive_buffer(socket, network_.name, options.receive_buffer_bytes);
    receive_buffer_bytes_ = buffer_bytes(fd, SO_RCVBUF);
    if (is_unix_) queue_datagrams_ = unix_queue_datagrams();
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
    if (!received.is_full || unread_bytes(socket_.native_handle()) == 0) return;
    log_.warn("stop timeout is over, leaving datagrams behind",
              {{"address", address_}, {"datagrams", std::to_string(count_unread())}});
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
    const auto memory = read_socket_memory(socket_.native_handle());
    if (memory) note_kernel_drops(memory->drops);
  }

  [[nodiscard]] const DatagramStats& stats() const { return stats_; }
  [[nodiscard]] std::uint64_t receive_buffer_bytes() const { return receive_buffer_bytes_; }
  [[nodiscard]] std::size_t queue_datagrams() const { return queue_datagrams_; }
  [[nodiscard]] const Activity& activity() const { return activity_; }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::uint16_t local_port() const { return local_port_; }
  [[nodiscard]] int native_handle() { return socket_.native_handle(); }

 private:
  // How the kind of socket is called in messages.
  struct Network {
    std::string_view name;
    std::string_view title;
  };

  struct Received {
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    bool is_full = false;  // more may be waiting
    int error = 0;
    base::TimePoint at{};
  };

  void note_kernel_drops(std::uint32_t drops) {
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

  Received receive_once() {
    if (!socket_.is_open()) return {};
    stats_.receive_calls.add();
    auto arrivals = batch_.receive(socket_.native_handle(), senders_wanted());
    const base::TimePoint now = base::Clock::now();
    if (!arrivals) return {0, 0, false, arrivals.error().value(), now};
    const std::size_t size = arrivals->datagrams.size();
    if (size == 0) return {0, 0, false, 0, now};
    const std::uint64_t refused_bytes = checks_senders() ? refuse_others(*arrivals, now) : 0;
    const std::uint64_t bytes = count(*arrivals);
    if (!arrivals->datagrams.empty()) {
      sink_.on_datagrams(arrivals->datagrams, arrivals->senders, now);
    }
    return {size, bytes + refused_bytes, size == batch_.size(), 0, now};
  }

  [[nodiscard]] bool checks_senders() const { return !is_unix_ && !allow_from_.is_open(); }

  [[nodiscard]] std::size_t senders_wanted() const {
    if (is_unix_) return 0;
    const bool wants_all = checks_senders() || sink_.wants_all_senders();
    return wants_all ? batch_.size() : kSendersToldMin;
  }

  // Returns the bytes that are refused.
  std::uint64_t refuse_others(Arrivals& arrivals, base::TimePoint now) {
    const Refused refused = batch_.keep_allowed(allow_from_, arrivals);
    if (refused.datagrams == 0) return 0;
    stats_.refused.add(refused.datagrams);
    stats_.refused_bytes.add(refused.bytes);
    refused_senders_.note(refused.datagrams, refused.last, allow_from_, now);
    return refused.bytes;
  }

  // Returns the bytes.
  std::uint64_t count(const Arrivals& arrivals) {
    std::uint64_t bytes = 0;
    for (const std::string_view datagram : arrivals.datagrams) bytes += datagram.size();
    stats_.packets.add(arrivals.datagrams.size());
    stats_.bytes.add(bytes);
    stats_.truncated.add(arrivals.truncated);
    stats_.truncated_bytes.add(arrivals.truncated_bytes);
    return bytes;
  }

  // Takes them from the socket, and hands none on.
  std::size_t count_unread() {
    std::size_t count = 0;
    while (count < kCountedAtStopMax) {
      const auto arrivals = batch_.receive(socket_.native_handle(), 0);
      const std::size_t size = arrivals ? arrivals->datagrams.size() : 0;
      count += size;
      if (size < batch_.size()) break;
    }
    return count;
  }

  // How much of its buffer the listener found filled: `received` is the first of a wake-up, and
  // `wake_count` is how many datagrams that has brought. The kernel is asked only where more may be
  // waiting; it may count what was just read for a moment longer.
  [[nodiscard]] double share_filled(const Received& received, std::size_t wake_count) {
    if (is_unix_) {
      return static_cast<double>(wake_count) / static_cast<double>(queue_datagrams_);
    }
    std::uint64_t taken = received.bytes + received.count * kBookkeepingBytes;
    const auto memory =
        received.is_full ? read_socket_memory(socket_.native_handle()) : std::nullopt;
    if (memory) {
      note_kernel_drops(memory->drops);
      taken += memory->received_bytes;
    }
    return static_cast<double>(taken) / static_cast<double>(receive_buffer_bytes_);
  }

  // After each receive of a wake-up, of which it is number `index`.
  void note_activity(const Received& received, std::size_t index, std::size_t wake_count) {
    if (received.count == 0) return;
    const bool is_measured = index == 0 || is_unix_;
    activity_.note(received.at, is_measured ? share_filled(received, wake_count) : 0);
  }

  // Returns the errno that ended the drain, or 0. A short batch ends it: going on to EAGAIN would
  // cost a second system call each time.
  int drain_for_one_wake() {
    bool has_napped = false;
    std::size_t wake_count = 0;
    for (std::size_t i = 0; i < batches_per_wake_max_; ++i) {
      const Received received = receive_once();
      wake_count += received.count;
      note_activity(received, i, wake_count);
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
    return received.error == 0 && received.count > 0 && receive_buffer_bytes_ >= kBufferForNaps &&
           received.at >= may_nap_from_ && !is_unix_;
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
      pause_timer_.expires_after(kReceiveErrorPause);
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
  const AllowList allow_from_;
  DatagramSink& sink_;
  const base::Log& log_;
  RefusedSenders refused_senders_;
  FailureHandler on_failure_;
  DatagramStats stats_;
  Activity activity_;
  std::uint32_t drops_seen_ = 0;
  // When a batch was last taken.
  base::TimePoint last_;
  base::TimePoint may_nap_from_;
  std::uint64_t receive_buffer_bytes_ = 0;
  std::size_t queue_datagrams_ = 0;
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
std::size_t DatagramListener::queue_datagrams() const { return receiver_->queue_datagrams(); }
const Activity& DatagramListener::activity() const { return receiver_->activity(); }
const std::string& DatagramListener::address() const { return receiver_->address(); }
std::uint16_t DatagramListener::local_port() const { return receiver_->local_port(); }
int DatagramListener::native_handle() const { return receiver_->native_handle(); }

}  // namespace weir::net
