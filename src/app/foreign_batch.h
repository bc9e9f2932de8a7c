// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/ingest_sinks.h"
#include "app/listen_plan.h"
#include "app/refusal_log.h"
#include "app/tap/worker_taps.h"
#include "weir/base/clock.h"
#include "weir/base/tally.h"
#include "weir/net/activity.h"
#include "weir/net/peer.h"
#include "weir/pipeline/refusal.h"

namespace weir::app {

// A listener for another protocol than StatsD's, and what came by it. Written by the worker's
// thread, readable from any.
struct ForeignSource {
  ForeignSource(ListenerKind of_kind, std::string of_address)
      : kind(of_kind), address(std::move(of_address)) {}

  const ListenerKind kind;
  const std::string address;
  base::Tally lines;  // those that hold anything; those that are refused, too
  base::Tally refused;
  // These are of streams; a datagram socket has its own.
  base::Tally bytes;        // unpacked
  base::Tally connections;  // of lines
  net::Activity activity;
};

// Where the lines of a batch are from.
struct ForeignOrigin {
  ForeignSource* source = nullptr;
  net::Peer peer;
};

// Shows the lines of a batch of another protocol to all that look at StatsD's: taps, the sampler,
// and who hears of refusals. Lives longer than the pipeline's batch of them. Without a tap, and
// where the sampler does not look, a line costs two comparisons.
class ForeignBatch {
 public:
  // All that is borrowed outlives it. `bytes` are those of the lines; `origins` knows where they
  // are from.
  ForeignBatch(const IngestTarget& target, const OriginSource& origins, const ForeignOrigin& origin,
               std::string_view bytes, base::TimePoint now);
  ~ForeignBatch();
  ForeignBatch(const ForeignBatch&) = delete;
  ForeignBatch& operator=(const ForeignBatch&) = delete;

  // One that is about to be read, as it came.
  void show(std::string_view line) {
    ++lines_;
    if (sampler_ != nullptr) sampler_->take_line(line);
    tapped_.take(line);
  }
  // Counts a line that came to nothing; true when `report` is to tell of it.
  [[nodiscard]] bool refuse(pipeline::OtherRefusal reason) {
    ++refused_;
    return target_.taps.wants(reason);
  }
  void report(pipeline::OtherRefusal reason, std::string_view line, std::string_view why);
  // One of which this beginning alone is known; it is not shown.
  void count_unseen() { ++lines_; }

 private:
  const IngestTarget& target_;
  ForeignSource& source_;
  const WorkerTaps::StreamBatch tapped_;
  // Null where it does not look.
  Sampler* sampler_ = nullptr;
  std::string sender_;  // as the sampler names it
  std::uint64_t lines_ = 0;
  std::uint64_t refused_ = 0;
};

// Whether it would know the senders of the next batch.
[[nodiscard]] bool wants_senders(const IngestTarget& target);

// As messages name what `origin` says.
[[nodiscard]] Origin origin_of(const ForeignOrigin& origin);

}  // namespace weir::app
