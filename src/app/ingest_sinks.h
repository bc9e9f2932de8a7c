// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "app/insight/refusal_sampler.h"
#include "app/insight/sampler.h"
#include "app/listen_plan.h"
#include "app/log_trace.h"
#include "app/refusal_log.h"
#include "app/tap/worker_taps.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/tally.h"
#include "weir/net/datagram_sink.h"
#include "weir/net/peer.h"
#include "weir/net/stream_sink.h"
#include "weir/pipeline/pipeline.h"
#include "weir/pipeline/refusal.h"
#include "weir/statsd/frame_splitter.h"
#include "weir/statsd/line_splitter.h"

namespace weir::app {

// What the streams of one kind had to leave out, beside what their listeners count. Written by the
// worker's thread, readable from any.
struct StreamLosses {
  base::Tally packets;  // with length framing: whole packets taken
  base::Tally too_long;
  base::Tally too_long_bytes;
  base::Tally cut_off;  // with length framing: packets that the connection's end cut off
  base::Tally cut_off_bytes;
};

// Where the lines of a listener are from, and how many came. Written by the worker's thread; the
// count is readable from any.
struct LineSource {
  LineSource(ListenerKind of_kind, std::string of_address)
      : kind(of_kind), address(std::move(of_address)) {}

  const ListenerKind kind;
  // The listener's.
  const std::string address;
  // Those that are too long, too.
  base::Tally lines;
};

// Where a worker's sinks put what comes in. All of it outlives them.
struct IngestTarget {
  pipeline::Pipeline& pipeline;
  // The first to see a refusal; after it `refusals`, `trace`, if there is one, and `refusal_log`.
  WorkerTaps& taps;
  RefusalSampler& refusals;
  RefusalLog& refusal_log;
  Sampler& sampler;
  LogTrace* trace;  // null unless the log wants it
};

// What takes a listener's bytes into the pipeline, and knows where they are from. On the worker's
// thread alone.
class IngestSink : public OriginSource {
 public:
  // `source` outlives it.
  IngestSink(const IngestTarget& target, LineSource& source) : target_(target), source_(source) {}

  [[nodiscard]] Origin origin_of(std::string_view line) const final;

 protected:
  // Counts what lines the pipeline counts during its life, which is to be longer than a batch's.
  class LineCounting {
   public:
    explicit LineCounting(IngestSink& sink) : sink_(sink), before_(sink.lines()) {}
    ~LineCounting() { sink_.source_.lines.add(sink_.lines() - before_); }
    LineCounting(const LineCounting&) = delete;
    LineCounting& operator=(const LineCounting&) = delete;

   private:
    IngestSink& sink_;
    const std::uint64_t before_;
  };

  // Shows the lines of a batch of a stream to the sampler, where it wants them.
  class LineSampling {
   public:
    // `sender` outlives it.
    LineSampling(const IngestSink& sink, std::string_view bytes, std::string_view sender,
                 base::TimePoint now);
    ~LineSampling() {
      if (sampler_ != nullptr) sampler_->end_lines();
    }
    LineSampling(const LineSampling&) = delete;
    LineSampling& operator=(const LineSampling&) = delete;

    void take(std::string_view line) const {
      if (sampler_ != nullptr) sampler_->take_line(line);
    }
    // The lines of a packet.
    void take_all(std::string_view packet) const;

   private:
    Sampler* const sampler_;
  };

  // For a batch at `now`.
  [[nodiscard]] pipeline::Pipeline& pipeline(base::TimePoint now);
  // Something that is no line.
  void refuse(pipeline::OtherRefusal reason);
  [[nodiscard]] bool wants_senders() const {
    return target_.taps.wants_senders() || target_.sampler.is_next_wanted() ||
           target_.refusals.wants_senders() || target_.refusal_log.wants_all_senders();
  }
  [[nodiscard]] WorkerTaps& taps() const { return target_.taps; }
  [[nodiscard]] Sampler& sampler() const { return target_.sampler; }
  [[nodiscard]] const LineSource& source() const { return source_; }
  [[nodiscard]] bool is_unix() const {
    return source_.kind == ListenerKind::Unixgram || source_.kind == ListenerKind::Unixstream;
  }
  // "" for IP.
  [[nodiscard]] std::string_view unix_listener() const {
    return is_unix() ? std::string_view(source_.address) : std::string_view();
  }

  // The address; "" when it is not known. Not asked on unix sockets.
  [[nodiscard]] virtual std::string sender_of(std::string_view line) const = 0;

 private:
  [[nodiscard]] std::uint64_t lines() const;

  const IngestTarget target_;
  LineSource& source_;
};

// Of a datagram listener, which must be gone first.
class DatagramSink final : public net::DatagramSink, private IngestSink {
 public:
  using IngestSink::IngestSink;

  void on_datagrams(std::span<const std::string_view> datagrams, const net::Senders& senders,
                    base::TimePoint now) override;
  [[nodiscard]] bool wants_all_senders() const override { return wants_senders(); }

 private:
  [[nodiscard]] std::string sender_of(std::string_view line) const override;

  // Of the batch in hand.
  std::span<const std::string_view> datagrams_;
  net::Senders senders_;
};

// Of one connection, whose bytes are joined into lines.
class LineStreamSink final : public net::StreamSink, private IngestSink {
 public:
  LineStreamSink(const IngestTarget& target, LineSource& source, const net::Peer& peer,
                 std::size_t line_bytes_max, StreamLosses& losses)
      : IngestSink(target, source), peer_(peer), splitter_(line_bytes_max), losses_(losses) {}

  void on_bytes(std::string_view bytes, base::TimePoint now) override;
  void on_end(base::TimePoint now) override;
  [[nodiscard]] bool holds_unfinished_line() const override { return splitter_.holds_bytes(); }

 private:
  [[nodiscard]] std::string sender_of(std::string_view /*line*/) const override {
    return peer_.text();
  }

  // As the sampler names it.
  [[nodiscard]] std::string_view sender() const {
    return is_unix() ? std::string_view(source().address) : address_;
  }

  const net::Peer peer_;
  const std::string address_ = peer_.address();
  statsd::LineSplitter splitter_;
  StreamLosses& losses_;
};

// Of one connection that sends packets, each with its length in front; what is in one is a
// datagram. Its listeners are unix sockets.
class FrameStreamSink final : public net::StreamSink, private IngestSink {
 public:
  FrameStreamSink(const IngestTarget& target, LineSource& source, std::size_t frame_bytes_max,
                  StreamLosses& losses)
      : IngestSink(target, source), splitter_(frame_bytes_max), losses_(losses) {}

  void on_bytes(std::string_view bytes, base::TimePoint now) override;
  void on_end(base::TimePoint now) override;

 private:
  [[nodiscard]] std::string sender_of(std::string_view /*line*/) const override { return {}; }

  statsd::FrameSplitter splitter_;
  StreamLosses& losses_;
};

}  // namespace weir::app
