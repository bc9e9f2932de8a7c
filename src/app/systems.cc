// SPDX-License-Identifier: Apache-2.0
#include "app/systems.h"

namespace weir::app {

Systems::Systems(const Options& /*options*/, boost::asio::io_context& /*main*/,
                 metrics::Store& /*store*/, const base::Log& /*log*/) {}

void Systems::add_routes(http::Router& /*router*/) {}

void Systems::start() {}

void Systems::log_start() const {}

void Systems::stop(base::TimePoint /*deadline*/, std::function<void()> on_end) { on_end(); }

}  // namespace weir::app
