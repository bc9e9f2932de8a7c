// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/connected_apps.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "app/rsocket/app_connection.h"
#include "app/rsocket/connected_page.h"
#include "weir/passthrough/text_parser.h"

namespace weir::app {

namespace {

// Of all connections: an RSA key takes a millisecond, and a thousand applications may end at once.
constexpr webconfig::RateLimit kPushRateOfAll{std::chrono::milliseconds(10), 1000};
constexpr std::chrono::seconds kTickPeriod{1};

std::optional<rsocket::PrivateKey> make_key(RsocketKey kind) {
  if (kind == RsocketKey::Plaintext) return std::nullopt;
  return rsocket::PrivateKey::make();
}

KeptPushes::Limits push_limits(const RsocketOptions& options) {
  return {options.push_scrapes, options.push_time, options.connections_max};
}

// Its families take the place of its text. False when it is no exposition.
bool parse(AppPage& page) {
  const passthrough::ParseLimits limits{.bytes_max = page.text.size(),
                                        // Its bytes bound them.
                                        .samples_max = std::numeric_limits<std::size_t>::max()};
  auto families = passthrough::parse_text(page.text, limits);
  if (!families) return false;
  page.families = *std::move(families);
  page.text = {};
  return true;
}

PageOutcome outcome_of(rsocket::PayloadError error) {
  return error == rsocket::PayloadError::TooLarge ? PageOutcome::TooLarge : PageOutcome::BadPayload;
}

}  // namespace

ConnectedApps::ConnectedApps(boost::asio::io_context& context, const RsocketOptions& options,
                             RsocketCounts& counts)
    : options_(options),
      counts_(counts),
      context_(context),
      budget_(std::make_shared<ByteBudget>(options.bytes_max)),
      key_(make_key(options.key)),
      pushes_(push_limits(options), counts),
      push_rate_(kPushRateOfAll),
      tick_timer_(context) {}

ConnectedApps::~ConnectedApps() { assert(connections_.empty()); }

void ConnectedApps::start() { tick_every_second(); }

void ConnectedApps::tick_every_second() {
  tick_timer_.expires_after(kTickPeriod);
  tick_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const base::TimePoint now = base::Clock::now();
    for (AppConnection* const connection : connections_) connection->tick(now);
    pushes_.drop_expired(now);
    tick_every_second();
  });
}

void ConnectedApps::stop() {
  tick_timer_.cancel();
  for (const Round& round : std::set(rounds_)) give_up(round);
  for (AppConnection* const connection : connections_) {
    connection->link().end(ConnectionEnd::Stopped);
  }
}

void ConnectedApps::add(AppConnection& connection) {
  connections_.push_back(&connection);
  counts_.open.store(connections_.size());
}

void ConnectedApps::remove(AppConnection& connection) {
  std::erase(connections_, &connection);
  counts_.open.store(connections_.size());
}

std::string_view ConnectedApps::key() const {
  return key_ ? std::string_view(key_->public_key()) : rsocket::kPlaintext;
}

SharedPage ConnectedApps::open(const rsocket::Payload& payload, PageOutcome& outcome) {
  auto text = rsocket::open_payload(key_ ? &*key_ : nullptr, payload, options_.page_bytes_max);
  if (!text) {
    outcome = outcome_of(text.error());
    return nullptr;
  }
  proxy_page_.note_payload(text->size());
  auto page = std::make_shared<AppPage>(AppPage{*std::move(text), {}, ByteLease(budget_)});
  if (options_.has_merge && !parse(*page)) {
    outcome = PageOutcome::BadPage;
    return nullptr;
  }
  if (!page->lease.resize(page->text.capacity() + memory_of(page->families))) {
    outcome = PageOutcome::Memory;
    return nullptr;
  }
  return page;
}

void ConnectedApps::scrape(std::chrono::milliseconds timeout, OnPage on_page) {
  if (rounds_.size() >= kRoundsMax) {
    counts_.refused_scrapes.add();
    return on_page(nullptr);
  }
  auto round = std::make_shared<ScrapeRound>(context_, std::move(on_page));
  rounds_.insert(round);
  round->deadline.expires_after(timeout);
  round->deadline.async_wait([this, round](const boost::system::error_code& error) {
    if (!error && rounds_.contains(round)) give_up(round);
  });
  ask_all(round);
}

void ConnectedApps::ask_all(const Round& round) {
  for (AppConnection* const connection : connections_) connection->ask(round);
  for (SharedPage& page : pushes_.show()) round->pages.push_back(std::move(page));
  round->is_asking = false;
  finish_if_complete(round);
}

void ConnectedApps::settle(const Round& round, PageOutcome outcome, SharedPage page) {
  const std::chrono::duration<double> taken = base::Clock::now() - round->begun;
  counts_.note_answer(outcome);
  proxy_page_.note_scrape(outcome, taken.count());
  if (page) round->pages.push_back(std::move(page));
  --round->awaited;
  finish_if_complete(round);
}

void ConnectedApps::give_up(const Round& round) {
  for (AppConnection* const connection : connections_) connection->give_up(round);
  round->awaited = 0;
  finish_if_complete(round);
}

void ConnectedApps::finish_if_complete(const Round& round) {
  if (round->is_asking || round->awaited > 0 || rounds_.erase(round) == 0) return;
  round->deadline.cancel();
  round->on_page(page_of(std::exchange(round->pages, {})));
}

SharedPage ConnectedApps::page_of(const std::vector<SharedPage>& pages) {
  passthrough::MergeCounts left_out;
  auto page = std::make_shared<AppPage>(
      AppPage{options_.has_merge ? merged_page(pages, left_out) : joined_page(pages),
              {},
              ByteLease(budget_)});
  counts_.duplicates.add(left_out.duplicates);
  counts_.misfits.add(left_out.misfits);
  // What it takes beside its parts is not refused now that it is there, but it counts.
  page->lease.add(page->text.size());
  return page;
}

}  // namespace weir::app
