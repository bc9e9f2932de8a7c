// SPDX-License-Identifier: Apache-2.0
#include "app/systems.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "app/wavefront/wavefront_writer.h"

namespace weir::app {

Systems::Systems(const Options& options, boost::asio::io_context& main, metrics::Store& store,
                 const CollectSelf& collect_self, const base::Log& log) {
  if (options.wavefront_write.is_on()) {
    wavefront_writer_ =
        std::make_unique<WavefrontWriter>(main, options.wavefront_write, store, collect_self, log);
  }
}
Systems::~Systems() = default;

void Systems::add_routes(http::Router& /*router*/) {}

void Systems::start() {
  if (wavefront_writer_) wavefront_writer_->start();
}

void Systems::log_start() const {
  if (wavefront_writer_) wavefront_writer_->log_start();
}

void Systems::stop(base::TimePoint deadline, std::function<void()> on_end) {
  // Each has one to take away, and so has this.
  const auto left = std::make_shared<std::size_t>(1);
  const auto end_one = [left, on_end = std::move(on_end)] {
    if (--*left == 0) on_end();
  };
  if (wavefront_writer_) {
    ++*left;
    wavefront_writer_->stop(deadline, end_one);
  }
  end_one();
}

}  // namespace weir::app
