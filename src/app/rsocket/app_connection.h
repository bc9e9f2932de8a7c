// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "app/rsocket/connected_apps.h"
#include "app/rsocket/link.h"
#include "app/rsocket/scrape_round.h"
#include "app/web/rate_limiter.h"
#include "weir/base/clock.h"
#include "weir/rsocket/connection.h"

namespace weir::app {

// A connected application: what it is asked and what it pushes. It is one of `apps` as long as it
// exists. On the thread of RSocket.
class AppConnection final : public rsocket::ConnectionHandler {
 public:
  // Both outlive the connection.
  AppConnection(ConnectedApps& apps, Link& link);
  ~AppConnection() override;
  AppConnection(const AppConnection&) = delete;
  AppConnection& operator=(const AppConnection&) = delete;

  [[nodiscard]] rsocket::Connection& protocol() { return protocol_; }
  [[nodiscard]] Link& link() { return link_; }
  // Asks for its page, unless there is a push that is shown in its place or it is not ready.
  void ask(const std::shared_ptr<ScrapeRound>& round);
  // Waits no longer for the answer of this round; ends one that leaves too many unanswered.
  void give_up(const std::shared_ptr<ScrapeRound>& round);
  void tick(base::TimePoint now);

  void on_ready() override;
  void on_request(std::uint32_t stream, rsocket::Interaction interaction,
                  const rsocket::Payload& payload) override;
  void on_answer(std::uint32_t stream, const rsocket::Payload& payload) override;
  void on_failure(std::uint32_t stream, std::string_view text) override;

 private:
  // Null where the request is none of ours.
  std::shared_ptr<ScrapeRound> take_round(std::uint32_t stream);
  [[nodiscard]] bool take_push(const rsocket::Payload& payload);

  ConnectedApps& apps_;
  Link& link_;
  const std::uint64_t number_;
  rsocket::Connection protocol_;
  RateLimiter push_rate_;
  unsigned unanswered_in_a_row_ = 0;
  std::map<std::uint32_t, std::shared_ptr<ScrapeRound>> rounds_;  // by stream
};

// Why `protocol`, which is over, is.
[[nodiscard]] ConnectionEnd end_of(const rsocket::Connection& protocol);

}  // namespace weir::app
