// SPDX-License-Identifier: Apache-2.0
#include "app/ingest_sinks.h"

#include <functional>

namespace weir::app {

namespace {

bool is_inside(std::string_view bytes, std::string_view piece) {
  const std::less_equal<const char*> not_after;
  return not_after(bytes.data(), piece.data()) &&
         not_after(piece.data() + piece.size(), bytes.data() + bytes.size());
}

}  // namespace

Origin IngestSink::origin_of(std::string_view line) const {
  const ListenerKind kind = source_.kind;
  return {name_of(kind), is_unix() ? base::Attribute{"listener", source_.address}
                                   : base::Attribute{"sender", sender_of(line)}};
}

pipeline::Pipeline& IngestSink::pipeline(base::TimePoint now) {
  target_.refusal_log.begin_batch(*this, now);
  target_.taps.begin_batch(*this, now);
  target_.refusals.begin_batch(*this, now);
  if (target_.trace != nullptr) target_.trace->set_transport(name_of(source_.kind));
  return target_.pipeline;
}

std::uint64_t IngestSink::lines() const {
  const pipeline::Ledger& ledger = target_.pipeline.ledger();
  return ledger.lines.value() + ledger.lines_too_long.value();
}

IngestSink::LineSampling::LineSampling(const IngestSink& sink, std::string_view bytes,
                                       std::string_view sender, base::TimePoint now)
    : sampler_(sink.sampler().begin_batch(Sampler::units_of(bytes), now) ? &sink.sampler()
                                                                         : nullptr) {
  if (sampler_ != nullptr) sampler_->begin_lines(bytes, {name_of(sink.source().kind), sender});
}

void IngestSink::LineSampling::take_all(std::string_view packet) const {
  if (sampler_ == nullptr) return;
  statsd::for_each_line(packet, [this](std::string_view line) { sampler_->take_line(line); });
}

void IngestSink::refuse(pipeline::OtherRefusal reason) {
  if (!target_.taps.wants(reason)) return;
  target_.taps.on_refusal({.reason = reason, .line = {}, .part = {}, .event = {}});
}

void DatagramSink::on_datagrams(std::span<const std::string_view> datagrams,
                                const net::Senders& senders, base::TimePoint now) {
  datagrams_ = datagrams;
  senders_ = senders;
  const LineCounting counting(*this);
  {
    pipeline::Pipeline::Batch batch(pipeline(now), now);
    for (const auto datagram : datagrams) batch.datagram(datagram);
  }
  taps().on_datagrams(datagrams, senders, source().kind, unix_listener());
  if (!sampler().begin_batch(Sampler::units_of(datagrams), now)) return;
  sampler().take_datagrams(datagrams, senders, name_of(source().kind),
                           is_unix() ? source().address : std::string_view());
}

std::string DatagramSink::sender_of(std::string_view line) const {
  for (std::size_t i = 0; i < datagrams_.size(); ++i) {
    if (is_inside(datagrams_[i], line)) return senders_.of(i);
  }
  return {};
}

void LineStreamSink::on_bytes(std::string_view bytes, base::TimePoint now) {
  const LineCounting counting(*this);
  const LineSampling sampling(*this, bytes, sender(), now);
  const WorkerTaps::StreamBatch tapped(taps(), source().kind, peer_, unix_listener(), now);
  pipeline::Pipeline::Batch batch(pipeline(now), now);
  const auto take = [&](std::string_view line, statsd::LineBytes place) {
    sampling.take(line);
    tapped.take(line);
    batch.line(line);
    if (place == statsd::LineBytes::Joined) batch.flush();
  };
  splitter_.feed(bytes, take, [this, &batch](std::string_view beginning) {
    batch.too_long_line(beginning);
    losses_.too_long.add();
  });
  losses_.too_long_bytes.add(splitter_.take_skipped_bytes());
}

void LineStreamSink::on_end(base::TimePoint now) {
  const LineCounting counting(*this);
  const LineSampling sampling(*this, {}, sender(), now);
  const WorkerTaps::StreamBatch tapped(taps(), source().kind, peer_, unix_listener(), now);
  pipeline::Pipeline::Batch batch(pipeline(now), now);
  splitter_.finish([&](std::string_view line, statsd::LineBytes) {
    sampling.take(line);
    tapped.take(line);
    batch.line(line);
    batch.flush();
  });
}

void FrameStreamSink::on_bytes(std::string_view bytes, base::TimePoint now) {
  const LineCounting counting(*this);
  const LineSampling sampling(*this, bytes, source().address, now);
  const WorkerTaps::StreamBatch tapped(taps(), source().kind, net::Peer(), unix_listener(), now);
  pipeline::Pipeline::Batch batch(pipeline(now), now);
  const std::size_t skipped = splitter_.feed(bytes, [&](std::string_view packet) {
    losses_.packets.add();
    sampling.take_all(packet);
    tapped.take(packet);
    batch.datagram(packet);
    batch.flush();
  });
  losses_.too_long.add(skipped);
  losses_.too_long_bytes.add(splitter_.take_lost_bytes());
  for (std::size_t i = 0; i < skipped; ++i) refuse(pipeline::OtherRefusal::FrameTooLong);
}

void FrameStreamSink::on_end(base::TimePoint now) {
  if (!splitter_.finish()) return;
  losses_.cut_off.add();
  losses_.cut_off_bytes.add(splitter_.take_lost_bytes());
  const LineCounting counting(*this);
  pipeline::Pipeline::Batch batch(pipeline(now), now);
  refuse(pipeline::OtherRefusal::FrameCutOff);
}

}  // namespace weir::app
