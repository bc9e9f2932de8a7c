// SPDX-License-Identifier: Apache-2.0
#include "app/web/scrape_handler.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "app/push/push_gateway.h"
#include "app/push/pushed_page.h"
#include "weir/base/clock.h"
#include "weir/exposition/name_filter.h"
#include "weir/exposition/negotiation.h"
#include "weir/exposition/page_writer.h"
#include "weir/http/query.h"
#include "weir/metrics/scrape.h"

namespace weir::app {

namespace {

// A piece of the page is sent when it has grown to this. Each wakes the reader, who is through with
// it before the next one comes, and that costs as much as hundreds of lines. The first one is
// smaller: it has a reader who waits, and many pages are no longer.
constexpr std::size_t kFirstPieceBytes = std::size_t{64} << 10;
constexpr std::size_t kPieceBytes = std::size_t{512} << 10;
// What one step adds at most, but for long names. Room that is not used takes no memory; to grow
// by copying takes twice of it.
constexpr std::size_t kStepBytes = std::size_t{64} << 10;
// Looked at between two checks of the size: few, since they may have hundreds of bytes each.
constexpr std::size_t kSeriesPerStep = 32;
// The steps of a piece: enough to fill it, unless the page leaves out most of what they look at.
constexpr std::size_t kStepsPerPiece = 256;

}  // namespace

// One scrape under way: made when its answer begins, gone when the answer is over.
class ScrapeHandler::Body final : public http::ChunkSource {
 public:
  Body(ScrapeHandler& handler, std::vector<std::string> names,
       const exposition::WriterOptions& options)
      : handler_(handler),
        is_wanted_(exposition::name_filter(std::move(names), options.escaping)),
        scrape_(handler.store_, handler.collect_self_(), is_wanted_),
        writer_(exposition::make_writer(options, buffer_)) {
    if (handler.pushed_ == nullptr) return;
    pushed_.emplace(*writer_, handler.pushed_->page(), scrape_, is_wanted_,
                    handler.pushed_->counts());
  }
  ~Body() override {
    --handler_.counts_.in_flight;
    ++handler_.counts_.done;
    const std::chrono::duration<double> taken = base::Clock::now() - begun_;
    handler_.counts_.last = {base::unix_now(), taken.count()};
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  bool next(std::string& chunk) override {
    // Written to its end, so that nothing is copied.
    buffer_.swap(chunk);
    const std::size_t size_max = buffer_.size() + piece_bytes_;
    if (piece_bytes_ == kPieceBytes) buffer_.reserve(size_max + kStepBytes);
    piece_bytes_ = kPieceBytes;
    bool has_more = true;
    metrics::ReadingVisitor& visitor = pushed_ ? *pushed_ : *writer_;
    const base::TimePoint now = base::Clock::now();
    for (std::size_t i = 0; i < kStepsPerPiece && has_more && buffer_.size() < size_max; ++i) {
      has_more = scrape_.advance(visitor, now, kSeriesPerStep);
    }
    buffer_.swap(chunk);
    return has_more;
  }

 private:
  ScrapeHandler& handler_;
  const base::TimePoint begun_ = base::Clock::now();
  const metrics::Scrape::NameFilter is_wanted_;
  metrics::Scrape scrape_;
  std::string buffer_;
  std::size_t piece_bytes_ = kFirstPieceBytes;
  std::unique_ptr<metrics::ReadingVisitor> writer_;
  // Before the writer where there is a gateway.
  std::optional<PushedPage> pushed_;
};

ScrapeHandler::ScrapeHandler(metrics::Store& store, ScrapeOptions options, CollectSelf collect_self)
    : store_(store), options_(options), collect_self_(std::move(collect_self)) {}

http::Response ScrapeHandler::scrape(const http::Request& request) {
  ++counts_.in_flight;
  auto negotiated = exposition::negotiate(request.header("Accept"), options_.offer);
  http::Response response;
  response.headers.push_back({"Content-Type", std::move(negotiated.content_type)});
  response.headers.push_back({"Vary", "Accept"});
  response.is_compressible = true;
  const exposition::WriterOptions options{
      negotiated.format, negotiated.escaping, options_.has_created_samples,
      options_.names == base::NameValidation::Utf8, &counts_.left_out};
  response.chunks =
      std::make_unique<Body>(*this, http::query_values(request.query, "name[]"), options);
  return response;
}

}  // namespace weir::app
