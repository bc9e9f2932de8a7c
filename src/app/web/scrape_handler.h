// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "weir/base/clock.h"
#include "weir/base/name_validation.h"
#include "weir/exposition/negotiation.h"
#include "weir/exposition/page_writer.h"
#include "weir/http/request.h"
#include "weir/http/response.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir::app {

class PushGateway;

// The last scrape that has ended.
struct LastScrape {
  base::UnixTime ended;
  // From the request to the last piece, the scraper's own time to take it included.
  double seconds = 0;
};

struct ScrapeCounts {
  std::uint64_t done = 0;  // answered, or cut off
  std::uint64_t in_flight = 0;
  exposition::LeftOutCounts left_out;
  std::optional<LastScrape> last = std::nullopt;
};

struct ScrapeOptions {
  exposition::Offer offer = exposition::Offer::Reference;
  // As in exposition::WriterOptions.
  bool has_created_samples = false;
  // Which names the store may hold.
  base::NameValidation names = base::NameValidation::Legacy;
};

// Answers scrapes: the daemon's own metrics and everything the store holds, in the format asked
// for. Main thread.
class ScrapeHandler {
 public:
  // Gives the self-metrics for one scrape, which counts as in flight by then.
  using CollectSelf = std::function<std::vector<metrics::SelfFamily>()>;

  // `store` outlives the handler, and the handler every response it gave.
  ScrapeHandler(metrics::Store& store, ScrapeOptions options, CollectSelf collect_self);

  // From now on each page has what is pushed there, too. `gateway` outlives the handler's answers.
  void show_pushed(PushGateway* gateway) { pushed_ = gateway; }

  [[nodiscard]] http::Response scrape(const http::Request& request);
  [[nodiscard]] const ScrapeCounts& counts() const { return counts_; }

 private:
  class Body;

  metrics::Store& store_;
  const ScrapeOptions options_;
  const CollectSelf collect_self_;
  ScrapeCounts counts_;
  PushGateway* pushed_ = nullptr;
};

}  // namespace weir::app
