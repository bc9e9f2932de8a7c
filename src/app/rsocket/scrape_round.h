// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "app/rsocket/app_page.h"
#include "weir/base/clock.h"

namespace weir::app {

// One scrape of all applications that is under way. One thread.
struct ScrapeRound {
  ScrapeRound(boost::asio::io_context& context, std::function<void(SharedPage)> receiver)
      : deadline(context), on_page(std::move(receiver)) {}

  const base::TimePoint begun = base::Clock::now();
  boost::asio::steady_timer deadline;
  std::function<void(SharedPage)> on_page;
  std::size_t awaited = 0;  // applications that have not answered
  bool is_asking = true;    // there may be more to be asked
  std::vector<SharedPage> pages;
};

}  // namespace weir::app
