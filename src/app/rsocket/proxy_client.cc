// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/proxy_client.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <future>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "app/listen_plan.h"
#include "app/rsocket/frame_stream.h"
#include "app/rsocket/proxy_session.h"
#include "app/rsocket/proxy_url.h"
#include "weir/base/log_gate.h"
#include "weir/net/coroutine_errors.h"
#include "weir/relay/relay.h"

namespace weir::app {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBackoffMin{1000};
constexpr milliseconds kBackoffMax{60'000};
constexpr milliseconds kTick{1000};
constexpr milliseconds kLookupPause{20};
constexpr std::chrono::seconds kConnectTime{10};
// As the Java client waits for its last push to be taken.
constexpr std::chrono::seconds kPushTime{5};

ProxyUrl url_of(const std::string& text) {
  auto url = parse_proxy_url(text);
  if (url) return *std::move(url);
  throw StartError("bad address of an RSocket proxy", text, "error",
                   "it must be tcp://host:port or ws://host:port/path")
      .with_flag("--rsocket.proxy-url");
}

// The address is looked up on a thread of its own, detached: a resolver takes its time, and no stop
// waits for it.
std::future<net::Endpoint> look_up(const std::string& address) {
  std::packaged_task<net::Endpoint()> task([address] { return relay::relay_endpoint(address); });
  auto found = task.get_future();
  try {
    std::thread(std::move(task)).detach();
  } catch (const std::system_error&) {
    // No thread to be had: the lost task answers with an error.
  }
  return found;
}

}  // namespace

class ProxyClient::Impl {
 public:
  Impl(boost::asio::io_context& context, const std::string& url, MakePage make_page,
       const base::Log& log)
      : context_(context),
        shown_url_(url),
        url_(url_of(url)),
        make_page_(std::move(make_page)),
        log_(log),
        pause_(context),
        tick_(context),
        push_deadline_(context) {}

  void start() {
    spawn(connect_for_ever());
    spawn(tick_every_second());
  }

  void stop(base::TimePoint deadline, std::function<void()> on_end) {
    is_stopping_ = true;
    pause_.cancel();
    if (!session_ || !counts_.is_connected.load()) return end(on_end);
    push_deadline_.expires_at(std::min(deadline, base::Clock::now() + kPushTime));
    push_deadline_.async_wait([session = session_](const boost::system::error_code& error) {
      if (!error) session->close();
    });
    ProxySession::push(session_, [this, on_end = std::move(on_end)](bool is_taken) {
      push_deadline_.cancel();
      if (!is_taken) log_.warn("The RSocket proxy has not taken the last page");
      end(on_end);
    });
  }

  [[nodiscard]] const ProxyClientCounts& counts() const { return counts_; }

 private:
  void spawn(net::asio::awaitable<void> work) {
    net::asio::co_spawn(context_, std::move(work), [&log = log_](const std::exception_ptr& error) {
      net::log_session_end(log, "RSocket proxy", error);
    });
  }

  void end(const std::function<void()>& on_end) {
    tick_.cancel();
    if (session_) session_->close();
    on_end();
  }

  net::asio::awaitable<void> connect_for_ever() {
    milliseconds backoff = kBackoffMin;
    while (!is_stopping_) {
      const bool was_connected = co_await connect_once();
      if (is_stopping_) co_return;
      if (was_connected) backoff = kBackoffMin;
      pause_.expires_after(backoff);
      [[maybe_unused]] const auto [error] = co_await pause_.async_wait();
      backoff = std::min(2 * backoff, kBackoffMax);
    }
  }

  // Returns once the connection has ended; false when there was none.
  net::asio::awaitable<bool> connect_once() {
    const auto target = co_await find_target();
    if (!target || is_stopping_) co_return false;
    session_ = std::make_shared<ProxySession>(context_, make_stream(), make_page_, counts_, log_);
    const auto session = session_;
    connect_deadline_ = base::Clock::now() + kConnectTime;
    // GCC 12 destroys an argument beside co_await twice.
    auto opening = session->stream().open(*target);
    const auto error = co_await std::move(opening);
    connect_deadline_ = base::TimePoint::max();
    if (error) {
      note_failure(error.message());
      co_return false;
    }
    if (is_stopping_) co_return false;
    session->on_first_key([this] { note_connected(); });
    is_open_ = true;
    auto running = ProxySession::run(session);
    co_await std::move(running);
    is_open_ = false;
    co_return note_lost();
  }

  net::asio::awaitable<std::optional<net::Endpoint>> find_target() {
    auto found = look_up(url_.address);
    while (found.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      pause_.expires_after(kLookupPause);
      [[maybe_unused]] const auto [error] = co_await pause_.async_wait();
      if (is_stopping_) co_return std::nullopt;
    }
    try {
      co_return found.get();
    } catch (const std::exception& error) {
      note_failure(error.what());
    }
    co_return std::nullopt;
  }

  std::unique_ptr<FrameStream> make_stream() {
    if (!url_.is_websocket) return tcp_frame_stream(context_);
    return websocket_frame_stream(context_, url_.address, url_.path);
  }

  net::asio::awaitable<void> tick_every_second() {
    while (!is_stopping_ || is_open_) {
      tick_.expires_after(kTick);
      const auto [error] = co_await tick_.async_wait();
      if (error) co_return;
      if (is_open_) {
        ProxySession::tick(session_);
      } else if (session_ && base::Clock::now() > connect_deadline_) {
        session_->close();
      }
    }
  }

  void note_connected() {
    counts_.connects.add();
    counts_.is_connected.store(true);
    log_.info("Connected to the RSocket proxy", {{"url", shown_url_}});
  }

  // False when the proxy never gave a key.
  bool note_lost() {
    const bool was_connected = counts_.is_connected.exchange(false);
    if (!was_connected && !is_stopping_)
      note_failure("the connection ended before the proxy gave a key");
    if (was_connected && !is_stopping_) log_.warn("Lost the RSocket proxy", {{"url", shown_url_}});
    return was_connected;
  }

  void note_failure(const std::string& why) {
    counts_.failed_connects.add();
    if (!failure_gate_.pass(base::Clock::now())) return;
    log_.warn("Cannot connect to the RSocket proxy", {{"url", shown_url_}, {"error", why}});
  }

  boost::asio::io_context& context_;
  const std::string shown_url_;
  const ProxyUrl url_;
  const MakePage make_page_;
  const base::Log& log_;
  ProxyClientCounts counts_;
  base::LogGate failure_gate_;
  net::Timer pause_;
  net::Timer tick_;
  net::Timer push_deadline_;
  std::shared_ptr<ProxySession> session_;
  base::TimePoint connect_deadline_ = base::TimePoint::max();
  bool is_open_ = false;  // there is a connection, with a key or without
  bool is_stopping_ = false;
};

ProxyClient::ProxyClient(boost::asio::io_context& context, const std::string& url,
                         MakePage make_page, const base::Log& log)
    : impl_(std::make_unique<Impl>(context, url, std::move(make_page), log)) {}
ProxyClient::~ProxyClient() = default;

void ProxyClient::start() { impl_->start(); }
void ProxyClient::stop(base::TimePoint deadline, std::function<void()> on_end) {
  impl_->stop(deadline, std::move(on_end));
}
const ProxyClientCounts& ProxyClient::counts() const { return impl_->counts(); }

}  // namespace weir::app
