// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/wavefront_writer.h"

#include <array>
#include <chrono>
#include <climits>
#include <cstddef>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "app/listen_plan.h"
#include "weir/net/endpoint.h"
#include "weir/wavefront/line_writer.h"

namespace weir::app {

namespace {

// As scrapes do.
constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;
constexpr std::size_t kSeriesPerStep = 4;
constexpr std::size_t kStepsPerPiece = 1024;

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') return "weir";
  return name.data();
}

void check(const std::string& address) {
  try {
    const net::HostPort parts = net::split_host_port(address);
    if (!parts.host.empty() && !parts.port.empty()) return;
  } catch (const net::ListenError&) {
  }
  throw StartError("Cannot write to Wavefront", address, "error", "it must be HOST:PORT")
      .with_flag("--wavefront.address");
}

}  // namespace

// One pass over the store under way.
struct WavefrontWriter::Pass {
  Pass(WavefrontWriter& writer, std::vector<metrics::SelfFamily> self_families)
      : lines({out, writer.counts_.made, base::unix_now(), writer.options_.prefix, writer.source_}),
        scrape(writer.store_, std::move(self_families), {}) {}

  // False when nothing is left.
  bool take_piece() {
    const base::TimePoint now = base::Clock::now();
    bool has_more = true;
    for (std::size_t i = 0; i < kStepsPerPiece && has_more && out.size() < kPieceBytes; ++i) {
      has_more = scrape.advance(lines, now, kSeriesPerStep);
    }
    return has_more;
  }

  std::string out;
  wavefront::LineWriter lines;
  metrics::Scrape scrape;
};

WavefrontWriter::WavefrontWriter(net::asio::io_context& main, const WavefrontWriteOptions& options,
                                 metrics::Store& store, CollectSelf collect_self,
                                 const base::Log& log)
    : main_(main),
      options_(options),
      source_(options.source.empty() ? host_name() : options.source),
      store_(store),
      collect_self_(std::move(collect_self)),
      log_(log),
      sender_(
          main, options, counts_, [this] { advance_later(); }, log),
      timer_(main) {
  check(options.address);
}
WavefrontWriter::~WavefrontWriter() = default;

void WavefrontWriter::start() {
  is_started_ = true;
  sender_.start();
  pass_later(base::Clock::now() + options_.interval);
}

void WavefrontWriter::log_start() const {
  log_.info("Writing to Wavefront", {{"address", options_.address}, {"source", source_}});
}

void WavefrontWriter::stop(base::TimePoint deadline, std::function<void()> on_end) {
  if (!is_started_) return on_end();
  is_last_ = true;
  deadline_ = deadline;
  on_end_ = std::move(on_end);
  timer_.expires_at(deadline);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && pass_) end_pass();
  });
  sender_.hurry();
  // What the one under way has left of the store is in the last.
  begin_pass();
}

void WavefrontWriter::pass_later(base::TimePoint at) {
  timer_.expires_at(at);
  timer_.async_wait([this, at](const boost::system::error_code& error) {
    if (error || is_last_) return;
    if (pass_) {
      ++counts_.late;
    } else {
      begin_pass();
    }
    pass_later(at + options_.interval);
  });
}

void WavefrontWriter::begin_pass() {
  pass_ = std::make_unique<Pass>(*this, collect_self_());
  advance_later();
}

void WavefrontWriter::advance_later() {
  if (!pass_ || sender_.is_full() || std::exchange(is_posted_, true)) return;
  boost::asio::post(main_, [this] {
    is_posted_ = false;
    advance();
  });
}

void WavefrontWriter::advance() {
  if (!pass_) return;
  const std::uint64_t before = counts_.made.lines;
  const bool has_more = pass_->take_piece();
  const std::uint64_t lines = counts_.made.lines - before;
  if (lines > 0) sender_.push({std::exchange(pass_->out, {}), lines});
  has_more ? advance_later() : end_pass();
}

void WavefrontWriter::end_pass() {
  pass_.reset();
  ++counts_.passes;
  if (!is_last_) return;
  timer_.cancel();
  sender_.finish(deadline_, std::exchange(on_end_, {}));
}

}  // namespace weir::app
