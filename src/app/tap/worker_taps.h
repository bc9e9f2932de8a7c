// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string_view>

#include "app/listen_plan.h"
#include "app/refusal_log.h"
#include "app/tap/random_share.h"
#include "app/tap/tap_channel.h"
#include "app/tap/tap_record.h"
#include "app/tap/token_bucket.h"
#include "weir/base/clock.h"
#include "weir/net/peer.h"
#include "weir/pipeline/ledger.h"
#include "weir/pipeline/refusal.h"
#include "weir/sample/protocol.h"

namespace weir::app {

// The taps into one worker's traffic. As long as there is none a batch costs a comparison. A tail
// looks at no more than a bounded part of a dense stream, whatever it is to show; the worker never
// waits for a reader. On the worker's thread alone.
class WorkerTaps final : public pipeline::RefusalSink {
 public:
  // Hands refusals on to `next`, which must outlive it.
  explicit WorkerTaps(pipeline::RefusalSink& next);
  ~WorkerTaps() override;
  WorkerTaps(const WorkerTaps&) = delete;
  WorkerTaps& operator=(const WorkerTaps&) = delete;

  // `ledger` is the pipeline's and outlives the channel.
  void open(std::shared_ptr<TapChannel> channel, const pipeline::Ledger& ledger);
  void close(const TapChannel& channel);

  // Before each batch; `source` knows where its lines are from, until the next call.
  void begin_batch(const OriginSource& source, base::TimePoint now) {
    if (taps_.empty()) return;
    source_ = &source;
    now_ = now;
  }
  // Whether the senders of the next batch are wanted.
  [[nodiscard]] bool wants_senders() const { return wants_senders_; }

  // After the pipeline has had them.
  void on_datagrams(std::span<const std::string_view> datagrams, const net::Senders& senders,
                    ListenerKind kind, std::string_view listener) {
    if (!taps_.empty()) take_datagrams(datagrams, senders, kind, listener);
  }

  // The lines of a stream, its packets, or lines of another protocol. Lives longer than the batch
  // that they are part of.
  class StreamBatch {
   public:
    // `listener` is of a unix socket, and borrowed.
    StreamBatch(WorkerTaps& taps, ListenerKind kind, const net::Peer& peer,
                std::string_view listener, base::TimePoint now)
        : taps_(taps.taps_.empty() ? nullptr : &taps),
          kind_(kind),
          peer_(peer),
          listener_(listener) {
      if (taps_ != nullptr) taps_->begin_look(kind, now);
    }
    ~StreamBatch() {
      if (taps_ != nullptr) taps_->end_look();
    }
    StreamBatch(const StreamBatch&) = delete;
    StreamBatch& operator=(const StreamBatch&) = delete;

    void take(std::string_view line) const {
      if (taps_ != nullptr) taps_->look(kind_, peer_, listener_, line);
    }

   private:
    WorkerTaps* const taps_;
    const ListenerKind kind_;
    const net::Peer peer_;
    const std::string_view listener_;
  };

  [[nodiscard]] bool wants(pipeline::RefusalReason reason) override;
  void on_refusal(const pipeline::Refusal& refusal) override;

 private:
  struct Tap;

  void take_datagrams(std::span<const std::string_view> datagrams, const net::Senders& senders,
                      ListenerKind kind, std::string_view listener);
  void begin_look(ListenerKind kind, base::TimePoint now);
  void look(ListenerKind kind, const net::Peer& peer, std::string_view listener,
            std::string_view bytes);
  void end_look();
  void show_refusal(Tap& tap, const pipeline::Refusal& refusal);

  pipeline::RefusalSink& next_;
  // A list, because they do not move.
  std::list<Tap> taps_;
  const pipeline::Ledger* ledger_ = nullptr;
  // What the pipeline had counted at the end of the last batch, which are StatsD's lines; and the
  // others of the batch.
  std::uint64_t lines_before_ = 0;
  std::uint64_t foreign_lines_ = 0;
  // What those of the batch are written in.
  sample::Protocol protocol_ = sample::Protocol::Statsd;
  const OriginSource* source_ = nullptr;
  base::TimePoint now_{};
  base::TimePoint wants_refused_senders_until_{};
  bool wants_senders_ = false;
  // The answer of `next_` to the last question.
  bool is_wanted_next_ = false;
};

}  // namespace weir::app
