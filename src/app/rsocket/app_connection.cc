// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/app_connection.h"

#include <utility>
#include <vector>

namespace weir::app {

namespace {

// Of one connection: an ordinary application pushes once.
constexpr webconfig::RateLimit kPushRateOfOne{std::chrono::seconds(1), 4};
// Then the connection is ended: an application that lives connects again.
constexpr unsigned kUnansweredMax = 3;

}  // namespace

ConnectionEnd end_of(const rsocket::Connection& protocol) {
  switch (protocol.end_reason()) {
    case rsocket::EndReason::NoSetup: return ConnectionEnd::NoSetup;
    case rsocket::EndReason::PeerError: return ConnectionEnd::PeerError;
    case rsocket::EndReason::Protocol: return ConnectionEnd::Protocol;
    case rsocket::EndReason::TooLarge: return ConnectionEnd::TooLarge;
    case rsocket::EndReason::Silent: return ConnectionEnd::Silent;
    case rsocket::EndReason::None:
    case rsocket::EndReason::Closed: break;
  }
  return ConnectionEnd::Closed;
}

AppConnection::AppConnection(ConnectedApps& apps, Link& link)
    : apps_(apps),
      link_(link),
      number_(apps.next_number()),
      protocol_(rsocket::Role::Server, {.payload_bytes_max = apps.options().frame_bytes_max}, *this,
                base::Clock::now()),
      push_rate_(kPushRateOfOne) {
  apps_.add(*this);
}

AppConnection::~AppConnection() {
  apps_.remove(*this);
  for (auto& [stream, round] : std::exchange(rounds_, {})) {
    apps_.settle(round, PageOutcome::Closed, nullptr);
  }
}

void AppConnection::ask(const std::shared_ptr<ScrapeRound>& round) {
  if (!protocol_.is_ready() || apps_.pushes().has(number_)) return;
  ++round->awaited;
  rounds_.emplace(protocol_.request({std::nullopt, apps_.key()}), round);
  link_.flush();
}

void AppConnection::give_up(const std::shared_ptr<ScrapeRound>& round) {
  std::erase_if(rounds_, [&](const auto& asked) {
    if (asked.second != round) return false;
    protocol_.cancel(asked.first);
    ++unanswered_in_a_row_;
    apps_.settle(round, PageOutcome::Timeout, nullptr);
    return true;
  });
  if (unanswered_in_a_row_ >= kUnansweredMax) return link_.end(ConnectionEnd::Unanswered);
  link_.flush();
}

void AppConnection::tick(base::TimePoint now) {
  protocol_.tick(now);
  link_.flush();
}

// The key is for a push before the first scrape.
void AppConnection::on_ready() { protocol_.fire_and_forget({std::nullopt, apps_.key()}); }

void AppConnection::on_request(std::uint32_t stream, rsocket::Interaction interaction,
                               const rsocket::Payload& payload) {
  const bool is_taken = take_push(payload);
  if (interaction == rsocket::Interaction::FireAndForget) return;
  if (is_taken) return protocol_.answer(stream, {});
  protocol_.fail(stream, rsocket::ErrorCode::ApplicationError, "the push cannot be taken");
}

bool AppConnection::take_push(const rsocket::Payload& payload) {
  const base::TimePoint now = base::Clock::now();
  apps_.counts().pushes_received.add();
  if (!push_rate_.take(now) || !apps_.admit_push(now)) {
    apps_.counts().note_push(PageOutcome::Busy);
    return false;
  }
  PageOutcome outcome = PageOutcome::Shown;
  auto page = apps_.open(payload, outcome);
  if (!page) {
    apps_.counts().note_push(outcome);
    return false;
  }
  apps_.pushes().keep(number_, std::move(page), now);
  return true;
}

void AppConnection::on_answer(std::uint32_t stream, const rsocket::Payload& payload) {
  const auto round = take_round(stream);
  if (!round) return;
  unanswered_in_a_row_ = 0;
  PageOutcome outcome = PageOutcome::Shown;
  auto page = apps_.open(payload, outcome);
  apps_.settle(round, outcome, std::move(page));
}

void AppConnection::on_failure(std::uint32_t stream, std::string_view /*text*/) {
  const auto round = take_round(stream);
  if (!round) return;
  unanswered_in_a_row_ = 0;
  apps_.settle(round, PageOutcome::Error, nullptr);
}

std::shared_ptr<ScrapeRound> AppConnection::take_round(std::uint32_t stream) {
  const auto found = rounds_.find(stream);
  if (found == rounds_.end()) return nullptr;
  auto round = std::move(found->second);
  rounds_.erase(found);
  return round;
}

}  // namespace weir::app
