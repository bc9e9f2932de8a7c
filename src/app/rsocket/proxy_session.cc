// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/proxy_session.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "weir/net/coroutine_errors.h"
#include "weir/rsocket/frame_splitter.h"
#include "weir/rsocket/payload.h"

namespace weir::app {

namespace {

constexpr std::string_view kSessionTitle = "RSocket proxy";
// Of weir's page, unpacked. What is left of it after packing has to fit a frame.
constexpr std::size_t kPageBytesMax = std::size_t{256} << 20U;
// Pages that are made at once for one proxy.
constexpr std::size_t kPagesMax = 2;

// What a frame has beside its data: its head, the length of the metadata, and the encrypted key.
constexpr std::size_t kFrameRest = 4096;

std::optional<rsocket::SealedPayload> seal(std::string_view key, std::string_view page) {
  if (page.size() > kPageBytesMax) return std::nullopt;
  auto sealed = rsocket::seal_payload(key, page);
  if (sealed && sealed->data.size() + kFrameRest > rsocket::kFrameBytesMax) return std::nullopt;
  return sealed;
}

}  // namespace

ProxySession::ProxySession(boost::asio::io_context& context, std::unique_ptr<FrameStream> stream,
                           const ProxyClient::MakePage& make_page, ProxyClientCounts& counts,
                           const base::Log& log)
    : context_(context),
      stream_(std::move(stream)),
      make_page_(make_page),
      counts_(counts),
      log_(log),
      protocol_(rsocket::Role::Client, {}, *this, base::Clock::now()) {}

void ProxySession::spawn(const Self& session, net::asio::awaitable<void> work) {
  net::asio::co_spawn(session->context_, std::move(work),
                      [&log = session->log_](const std::exception_ptr& error) {
                        net::log_session_end(log, kSessionTitle, error);
                      });
}

net::asio::awaitable<void> ProxySession::run(Self session) {
  session->protocol_.start();
  flush(session);
  while (!session->has_ended_) {
    const auto frame = co_await session->stream_->read();
    if (!frame || session->has_ended_) break;
    session->protocol_.on_frame(*frame, base::Clock::now());
    answer_all(session);
    flush(session);
    if (session->protocol_.end_reason() != rsocket::EndReason::None) break;
  }
  session->close();
}

void ProxySession::answer_all(const Self& session) {
  for (auto& [stream, key] : std::exchange(session->asked_, {})) {
    if (session->pages_ >= kPagesMax) {
      session->protocol_.fail(stream, rsocket::ErrorCode::Rejected, "too many requests");
      continue;
    }
    ++session->pages_;
    spawn(session, answer(session, stream, std::move(key)));
  }
}

void ProxySession::tick(const Self& session) {
  session->protocol_.tick(base::Clock::now());
  flush(session);
  if (session->protocol_.end_reason() != rsocket::EndReason::None) session->close();
}

void ProxySession::close() {
  has_ended_ = true;
  stream_->close();
  finish_push(false);
}

void ProxySession::flush(const Self& session) {
  if (session->is_writing_ || session->has_ended_ || session->protocol_.output().empty()) return;
  session->is_writing_ = true;
  spawn(session, write(session));
}

net::asio::awaitable<void> ProxySession::write(Self session) {
  auto& output = session->protocol_.output();
  while (!session->has_ended_ && !output.empty()) {
    std::string frame = std::move(output.front());
    output.pop_front();
    // GCC 12 destroys an argument beside co_await twice.
    auto writing = session->stream_->write(std::move(frame));
    const bool is_sent = co_await std::move(writing);
    if (!is_sent) session->close();
  }
  session->is_writing_ = false;
}

// A scrape brings the key that its answer is for, and so may an event.
void ProxySession::on_request(std::uint32_t stream, rsocket::Interaction interaction,
                              const rsocket::Payload& payload) {
  if (key_.empty() && on_first_key_) on_first_key_();
  key_ = payload.data;
  if (interaction == rsocket::Interaction::FireAndForget) return;
  asked_.emplace_back(stream, key_);
}

void ProxySession::on_answer(std::uint32_t stream, const rsocket::Payload& /*payload*/) {
  if (stream == push_stream_) finish_push(true);
}

void ProxySession::on_failure(std::uint32_t stream, std::string_view /*text*/) {
  if (stream == push_stream_) finish_push(false);
}

// Other things are done between two pieces.
net::asio::awaitable<std::string> ProxySession::read_page(Self session) {
  http::Response response = session->make_page_();
  std::string page = std::move(response.body);
  if (!response.chunks) co_return page;
  while (!session->has_ended_ && page.size() <= kPageBytesMax && response.chunks->next(page)) {
    auto turn = net::asio::post(session->context_, net::asio::use_awaitable);
    co_await std::move(turn);
  }
  co_return page;
}

net::asio::awaitable<void> ProxySession::answer(Self session, std::uint32_t stream,
                                                std::string key) {
  auto reading = read_page(session);
  const std::string page = co_await std::move(reading);
  --session->pages_;
  const auto sealed = seal(key, page);
  if (sealed) {
    session->counts_.answers.add();
    session->protocol_.answer(stream, {sealed->metadata, sealed->data});
  } else {
    session->counts_.failed_answers.add();
    session->protocol_.fail(stream, rsocket::ErrorCode::ApplicationError,
                            "the key is none, or the page is too long");
  }
  flush(session);
}

void ProxySession::push(const Self& session, std::function<void(bool is_taken)> on_end) {
  session->on_push_end_ = std::move(on_end);
  if (session->key_.empty()) return session->finish_push(false);
  spawn(session, send_push(session));
}

net::asio::awaitable<void> ProxySession::send_push(Self session) {
  auto reading = read_page(session);
  const std::string page = co_await std::move(reading);
  const auto sealed = seal(session->key_, page);
  if (sealed && session->protocol_.is_ready()) {
    session->push_stream_ = session->protocol_.request({sealed->metadata, sealed->data});
    flush(session);
  } else {
    session->finish_push(false);
  }
}

void ProxySession::finish_push(bool is_taken) {
  const auto on_end = std::exchange(on_push_end_, nullptr);
  if (!on_end) return;
  on_end(is_taken);
}

}  // namespace weir::app
