// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/rsocket_proxy.h"

#include <algorithm>
#include <charconv>
#include <list>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "app/listen_plan.h"
#include "app/rsocket/connected_apps.h"
#include "app/rsocket/tcp_link.h"
#include "app/rsocket/websocket_link.h"
#include "weir/base/thread.h"
#include "weir/net/accept_loop.h"
#include "weir/net/admission.h"
#include "weir/net/coroutine_errors.h"
#include "weir/net/peer.h"

namespace weir::app {

namespace {

constexpr std::string_view kConnectedPath = "/metrics/connected";
constexpr std::string_view kProxyPath = "/metrics/proxy";
constexpr std::string_view kPageType = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kListenerTitle = "RSocket";
// Of a page, in one piece: between two of them others are served.
constexpr std::size_t kPieceBytes = 65'536;
// What a scraper needs beside the applications' time: the way there and back, and the merging.
constexpr std::chrono::milliseconds kScrapeMargin{500};
constexpr std::chrono::milliseconds kScrapeTimeMin{10};

// A page that is sent piece by piece.
class PagePieces final : public http::ChunkSource {
 public:
  explicit PagePieces(SharedPage page) : page_(std::move(page)), rest_(page_->text) {}

  bool next(std::string& chunk) override {
    chunk += rest_.substr(0, kPieceBytes);
    rest_.remove_prefix(std::min(rest_.size(), kPieceBytes));
    return !rest_.empty();
  }

 private:
  SharedPage page_;
  std::string_view rest_;
};

http::Response page_response() {
  http::Response response;
  response.headers.push_back({"Content-Type", std::string(kPageType)});
  response.is_compressible = true;
  return response;
}

http::Response connected_response(SharedPage page) {
  if (!page) return http::text_response(503, "Too many scrapes of the applications at once.\n");
  http::Response response = page_response();
  response.chunks = std::make_unique<PagePieces>(std::move(page));
  return response;
}

// How long the applications have: less than the scraper waits, which says how many seconds.
std::chrono::milliseconds scrape_time(const http::Request& request,
                                      std::chrono::milliseconds longest) {
  const std::string text(request.header("X-Prometheus-Scrape-Timeout-Seconds"));
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || !(seconds > 0) || seconds > 1e6) return longest;
  const auto said =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
  return std::clamp(said - kScrapeMargin, kScrapeTimeMin, std::max(longest, kScrapeTimeMin));
}

std::vector<net::BoundSocket> open_sockets(const std::vector<std::string>& addresses,
                                           std::string_view flag) {
  std::vector<net::BoundSocket> sockets;
  sockets.reserve(addresses.size());
  for (const std::string& address : addresses) {
    try {
      sockets.push_back(net::open_tcp(net::statsd_endpoint(address), net::PortSharing::Exclusive));
    } catch (const net::ListenError& error) {
      throw StartError("failed to listen for RSocket", address, "error", error.what())
          .with_flag(flag);
    }
  }
  return sockets;
}

}  // namespace

class RsocketProxy::Impl {
 public:
  Impl(const Options& options, boost::asio::io_context& main, const base::Log& log)
      : options_(options.rsocket),
        allow_from_(options.tcp.allow_from),
        main_(main),
        log_(log),
        context_(1),
        admission_({.title = kListenerTitle,
                    .connections_max = options_.connections_max,
                    .connections_flag = "--limits.rsocket-connections"},
                   log),
        apps_(context_, options_, counts_) {
    listen(options_.tcp_addresses, "--rsocket.listen-tcp", shown_tcp_, &Impl::open_tcp);
    listen(options_.websocket_addresses, "--rsocket.listen-websocket", shown_websocket_,
           &Impl::open_websocket);
  }

  ~Impl() {
    if (!thread_.joinable()) return;
    boost::asio::post(context_, [this] { close(); });
    thread_.join();
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void add_routes(http::Router& router) {
    router.route(kConnectedPath, [this](const http::Request& request) {
      if (!is_running_) return http::text_response(503, "Not ready.\n");
      const auto time = scrape_time(request, options_.scrape_timeout);
      return http::deferred_response(
          [this, time](http::Respond respond) { scrape(time, std::move(respond)); });
    });
    router.route(kProxyPath, [this](const http::Request& /*request*/) {
      if (!is_running_) return http::text_response(503, "Not ready.\n");
      return http::deferred_response(
          [this](http::Respond respond) { show_proxy(std::move(respond)); });
    });
  }

  void start() {
    is_running_ = true;
    apps_.start();
    for (Listener& listener : listeners_) accept(listener);
    thread_ = std::thread([this] {
      base::name_thread("weir-rsocket");
      base::give_way();
      context_.run();
    });
  }

  void log_start() const {
    log_.info("Accepting RSocket Connections",
              {{"tcp", shown_tcp_}, {"websocket", shown_websocket_}});
  }

  void stop(std::function<void()> on_end) {
    if (!std::exchange(is_running_, false)) return on_end();
    boost::asio::post(context_, [this, on_end = std::move(on_end)]() mutable {
      close();
      boost::asio::post(main_, std::move(on_end));
    });
  }

  [[nodiscard]] const RsocketCounts& counts() const { return counts_; }
  [[nodiscard]] std::size_t bytes_used() { return apps_.budget()->used(); }

 private:
  using Open = void (Impl::*)(net::TcpSocket);
  struct Listener {
    net::TcpAcceptor acceptor;
    Open open;
  };

  void listen(const std::vector<std::string>& addresses, std::string_view flag, std::string& shown,
              Open open) {
    auto sockets = open_sockets(addresses, flag);
    shown = shown_addresses(addresses, sockets, {});
    for (net::BoundSocket& socket : sockets) {
      listeners_.push_back({net::acceptor_of(context_, std::move(socket)), open});
    }
  }

  void accept(Listener& listener) {
    const auto on_error = [this](const boost::system::error_code& error) {
      counts_.accept_errors.add();
      admission_.report_error(error);
    };
    const auto on_connection = [this, open = listener.open](net::TcpSocket socket) {
      admit(std::move(socket), open);
    };
    boost::asio::co_spawn(context_,
                          net::accept_loop(listener.acceptor, on_error,
                                           net::ConnectionHandler<net::TcpAcceptor>(on_connection)),
                          [this](const std::exception_ptr& error) {
                            net::log_session_end(log_, kListenerTitle, error);
                          });
  }

  // One that is not admitted is closed.
  void admit(net::TcpSocket socket, Open open) {
    if (!allow_from_.allows(net::Peer::of(socket.native_handle()))) {
      return counts_.refused_senders.add();
    }
    const net::Verdict verdict = admission_.judge(socket.native_handle(), counts_.open.load());
    if (verdict == net::Verdict::TooMany) return counts_.refused.add();
    if (verdict == net::Verdict::OutOfDescriptors) return counts_.out_of_descriptors.add();
    (this->*open)(std::move(socket));
    counts_.connections.add();
  }

  void open_tcp(net::TcpSocket socket) { TcpLink::open(std::move(socket), apps_, buffer_, log_); }

  void open_websocket(net::TcpSocket socket) {
    open_websocket_link(std::move(socket), apps_, log_);
  }

  void scrape(std::chrono::milliseconds time, http::Respond respond) {
    boost::asio::post(context_, [this, time, respond = std::move(respond)] {
      apps_.scrape(time, [this, respond](SharedPage page) {
        answer(respond, [page = std::move(page)] { return connected_response(page); });
      });
    });
  }

  void show_proxy(http::Respond respond) {
    boost::asio::post(context_, [this, respond = std::move(respond)] {
      answer(respond, [text = apps_.proxy_page()] {
        http::Response response = page_response();
        response.body = text;
        return response;
      });
    });
  }

  // Responses are made and given on the main thread.
  template <typename Make>
  void answer(const http::Respond& respond, Make make) {
    boost::asio::post(main_, [respond, make = std::move(make)] { respond(make()); });
  }

  // Then the context runs out of work.
  void close() {
    for (Listener& listener : listeners_) {
      boost::system::error_code ignored;
      listener.acceptor.close(ignored);
    }
    apps_.stop();
  }

  const RsocketOptions& options_;
  const net::AllowList& allow_from_;
  boost::asio::io_context& main_;
  const base::Log& log_;
  RsocketCounts counts_;
  boost::asio::io_context context_;
  net::Admission admission_;
  ReadBuffer buffer_;
  ConnectedApps apps_;
  std::list<Listener> listeners_;
  std::string shown_tcp_;
  std::string shown_websocket_;
  bool is_running_ = false;
  std::thread thread_;
};

RsocketProxy::RsocketProxy(const Options& options, boost::asio::io_context& main,
                           const base::Log& log)
    : impl_(std::make_unique<Impl>(options, main, log)) {}
RsocketProxy::~RsocketProxy() = default;

void RsocketProxy::add_routes(http::Router& router) { impl_->add_routes(router); }
void RsocketProxy::start() { impl_->start(); }
void RsocketProxy::log_start() const { impl_->log_start(); }
void RsocketProxy::stop(std::function<void()> on_end) { impl_->stop(std::move(on_end)); }
const RsocketCounts& RsocketProxy::counts() const { return impl_->counts(); }
std::size_t RsocketProxy::bytes_used() const { return impl_->bytes_used(); }

}  // namespace weir::app
