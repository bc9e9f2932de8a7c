// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/rsocket/app_page.h"
#include "app/rsocket/kept_pushes.h"
#include "app/rsocket/link.h"
#include "app/rsocket/proxy_page.h"
#include "app/rsocket/rsocket_counts.h"
#include "app/rsocket/rsocket_options.h"
#include "app/rsocket/scrape_round.h"
#include "app/web/rate_limiter.h"
#include "weir/base/clock.h"
#include "weir/rsocket/payload.h"

namespace weir::app {

class AppConnection;

// The applications that are connected, what those that ended have pushed, and scrapes of all of
// them. All on the thread of the io_context.
class ConnectedApps {
 public:
  // No more at once; each asks every application.
  static constexpr std::size_t kRoundsMax = 8;

  // All of it must outlive the object, which must outlive the connections. Throws
  // std::runtime_error when there is no key to be made.
  ConnectedApps(boost::asio::io_context& context, const RsocketOptions& options,
                RsocketCounts& counts);
  ~ConnectedApps();
  ConnectedApps(const ConnectedApps&) = delete;
  ConnectedApps& operator=(const ConnectedApps&) = delete;

  // Called with the page, or with nothing when too many scrapes are under way.
  using OnPage = std::function<void(SharedPage page)>;
  void scrape(std::chrono::milliseconds timeout, OnPage on_page);
  [[nodiscard]] std::string proxy_page() const { return proxy_page_.text(counts_); }

  void start();
  // Answers the scrapes under way with what has come, and closes all connections.
  void stop();

  // For connections, which add and remove themselves.
  void add(AppConnection& connection);
  void remove(AppConnection& connection);
  [[nodiscard]] std::uint64_t next_number() { return ++last_number_; }
  [[nodiscard]] std::string_view key() const;
  [[nodiscard]] const std::shared_ptr<ByteBudget>& budget() const { return budget_; }
  [[nodiscard]] RsocketCounts& counts() { return counts_; }
  [[nodiscard]] const RsocketOptions& options() const { return options_; }
  [[nodiscard]] KeptPushes& pushes() { return pushes_; }
  [[nodiscard]] ProxyPage& times() { return proxy_page_; }
  // One more push is decrypted now.
  [[nodiscard]] bool admit_push(base::TimePoint now) { return push_rate_.take(now); }
  // An application has come to its end in a round; `page` is null where it has none.
  void settle(const std::shared_ptr<ScrapeRound>& round, PageOutcome outcome, SharedPage page);
  // The page of a payload. Null, and `outcome` says why.
  [[nodiscard]] SharedPage open(const rsocket::Payload& payload, PageOutcome& outcome);

 private:
  using Round = std::shared_ptr<ScrapeRound>;

  void tick_every_second();
  void ask_all(const Round& round);
  void give_up(const Round& round);
  void finish_if_complete(const Round& round);
  [[nodiscard]] SharedPage page_of(const std::vector<SharedPage>& pages);

  const RsocketOptions& options_;
  RsocketCounts& counts_;
  boost::asio::io_context& context_;
  const std::shared_ptr<ByteBudget> budget_;      // pages may outlast this
  const std::optional<rsocket::PrivateKey> key_;  // none: plaintext
  KeptPushes pushes_;
  ProxyPage proxy_page_;
  RateLimiter push_rate_;
  std::uint64_t last_number_ = 0;
  std::list<AppConnection*> connections_;
  std::set<Round> rounds_;
  boost::asio::steady_timer tick_timer_;
};

}  // namespace weir::app
