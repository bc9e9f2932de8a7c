// SPDX-License-Identifier: Apache-2.0
#include "weir/rsocket/connection.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace weir::rsocket {

namespace {

// However often a SETUP wants it.
constexpr std::chrono::milliseconds kKeepAliveMin{1000};
constexpr std::uint32_t kStreamStep = 2;

bool is_request(FrameType type) {
  return type == FrameType::RequestResponse || type == FrameType::RequestFireAndForget;
}

}  // namespace

Connection::Connection(Role role, const Limits& limits, ConnectionHandler& handler,
                       base::TimePoint now)
    : role_(role),
      limits_(limits),
      handler_(handler),
      last_heard_(now),
      last_keepalive_(now),
      lifetime_(limits.setup_timeout),
      next_stream_(role == Role::Client ? 1 : 2) {}

void Connection::start(const Setup& setup) {
  if (role_ == Role::Server) return;
  send(setup_frame(setup));
  become_ready(setup);
}

void Connection::become_ready(const Setup& setup) {
  keepalive_ = std::max(kKeepAliveMin, std::chrono::milliseconds(setup.keepalive_ms));
  lifetime_ = std::min(limits_.lifetime_max, std::chrono::milliseconds(setup.lifetime_ms));
  is_ready_ = true;
  handler_.on_ready();
}

void Connection::on_frame(std::string_view bytes, base::TimePoint now) {
  if (end_ != EndReason::None) return;
  const auto frame = parse_frame(bytes);
  if (!frame) return break_off(EndReason::Protocol, "bad frame");
  if (!is_ready_) return take_setup(*frame);
  last_heard_ = now;
  take(*frame);
}

void Connection::take_setup(const Frame& frame) {
  if (frame.type == FrameType::Resume) {
    return close(EndReason::Protocol, ErrorCode::RejectedResume, "resume is not supported");
  }
  const auto refuse = [this](ErrorCode code, std::string_view text) {
    close(EndReason::Protocol, code, text);
  };
  if (frame.type != FrameType::Setup || frame.stream != 0) {
    return refuse(ErrorCode::InvalidSetup,
                  "SETUP or RESUME frame must be received before any others");
  }
  const auto setup = parse_setup(frame);
  if (!setup) return refuse(ErrorCode::InvalidSetup, "bad SETUP");
  if (setup->version_major != kVersionMajor) {
    return refuse(ErrorCode::InvalidSetup, "unsupported version");
  }
  if (frame.has(kResumable)) return refuse(ErrorCode::RejectedSetup, "resume is not supported");
  if (frame.has(kHonorsLease)) return refuse(ErrorCode::InvalidSetup, "lease is not supported");
  if (setup->keepalive_ms == 0 || setup->lifetime_ms == 0) {
    return refuse(ErrorCode::InvalidSetup, "keepalive and lifetime must be above 0");
  }
  become_ready(*setup);
}

void Connection::take(const Frame& frame) {
  switch (frame.type) {
    case FrameType::KeepAlive: return take_keepalive(frame);
    case FrameType::RequestResponse:
    case FrameType::RequestFireAndForget: return take_request(frame);
    case FrameType::Payload: return take_payload(frame);
    case FrameType::Error: return take_error(frame);
    case FrameType::Cancel: unanswered_.erase(frame.stream); return drop_partial(frame.stream);
    case FrameType::RequestStream:
    case FrameType::RequestChannel:
      if (!is_of_peer(frame.stream)) return break_off(EndReason::Protocol, "bad stream");
      return send(error_frame(frame.stream, ErrorCode::Rejected, "not supported"));
    case FrameType::Setup:
    case FrameType::Resume:
    case FrameType::ResumeOk: return break_off(EndReason::Protocol, "unexpected frame");
    case FrameType::Lease:
    case FrameType::RequestN:
    case FrameType::MetadataPush:
    case FrameType::Extension: return;
  }
  if (!frame.has(kIgnorable)) break_off(EndReason::Protocol, "unknown frame");
}

void Connection::take_keepalive(const Frame& frame) {
  const auto data = parse_keepalive(frame);
  if (!data || frame.stream != 0) return break_off(EndReason::Protocol, "bad KEEPALIVE");
  if (data->size() > kKeepAliveBytesMax) {
    return break_off(EndReason::TooLarge, "too much data in KEEPALIVE");
  }
  if (frame.has(kWantsReply)) send(keepalive_frame(0, *data));
}

void Connection::take_request(const Frame& frame) {
  const auto payload = parse_payload(frame);
  if (!payload || !is_of_peer(frame.stream)) return break_off(EndReason::Protocol, "bad request");
  if (partials_.contains(frame.stream) || unanswered_.contains(frame.stream)) {
    return break_off(EndReason::Protocol, "stream is in use");
  }
  if (frame.has(kFollows)) return hold(frame, *payload);
  deliver(frame.type, frame.stream, *payload);
}

void Connection::take_payload(const Frame& frame) {
  const auto payload = parse_payload(frame);
  if (!payload) return break_off(EndReason::Protocol, "bad PAYLOAD");
  // Of a stream that was given up or never opened.
  if (!awaited_.contains(frame.stream) && !partials_.contains(frame.stream)) return;
  if (frame.has(kFollows) || partials_.contains(frame.stream)) return hold(frame, *payload);
  if (frame.has(kNext)) return deliver(frame.type, frame.stream, *payload);
  awaited_.erase(frame.stream);
  handler_.on_failure(frame.stream, "no payload");
}

// The first fragment opens the payload; the last one, which does not say that more follow, ends it.
void Connection::hold(const Frame& frame, const Payload& payload) {
  const bool is_first = !partials_.contains(frame.stream);
  if (is_first && partials_.size() >= kPartialsMax) {
    return break_off(EndReason::TooLarge, "too many payloads in fragments");
  }
  Partial& partial = partials_[frame.stream];
  if (is_first) partial.type = frame.type;
  const std::size_t bytes = payload.data.size() + (payload.metadata ? payload.metadata->size() : 0);
  if (held_bytes_ + bytes > limits_.payload_bytes_max) {
    return break_off(EndReason::TooLarge, "payload is too large");
  }
  held_bytes_ += bytes;
  if (payload.metadata) {
    partial.has_metadata = true;
    partial.metadata += *payload.metadata;
  }
  partial.data += payload.data;
  if (frame.has(kFollows)) return;
  const Partial whole = std::move(partial);
  held_bytes_ -= whole.metadata.size() + whole.data.size();
  partials_.erase(frame.stream);
  Payload all{std::nullopt, whole.data};
  if (whole.has_metadata) all.metadata = whole.metadata;
  deliver(whole.type, frame.stream, all);
}

void Connection::drop_partial(std::uint32_t stream) {
  const auto found = partials_.find(stream);
  if (found == partials_.end()) return;
  held_bytes_ -= found->second.metadata.size() + found->second.data.size();
  partials_.erase(found);
}

void Connection::deliver(FrameType type, std::uint32_t stream, const Payload& payload) {
  if (!is_request(type)) {
    if (awaited_.erase(stream) > 0) handler_.on_answer(stream, payload);
    return;
  }
  if (type == FrameType::RequestFireAndForget) {
    return handler_.on_request(stream, Interaction::FireAndForget, payload);
  }
  if (unanswered_.size() >= kUnansweredMax) {
    return send(error_frame(stream, ErrorCode::Rejected, "too many requests"));
  }
  unanswered_.insert(stream);
  handler_.on_request(stream, Interaction::RequestResponse, payload);
}

void Connection::take_error(const Frame& frame) {
  const auto error = parse_error(frame);
  if (!error) return break_off(EndReason::Protocol, "bad ERROR");
  if (frame.stream == 0) {
    end_ = EndReason::PeerError;
    return;
  }
  drop_partial(frame.stream);
  if (awaited_.erase(frame.stream) > 0) handler_.on_failure(frame.stream, error->text);
}

void Connection::tick(base::TimePoint now) {
  if (end_ != EndReason::None) return;
  if (now - last_heard_ > lifetime_) {
    if (!is_ready_) return break_off(EndReason::NoSetup, "no SETUP");
    return break_off(EndReason::Silent, "no keep-alive acks");
  }
  if (!is_ready_ || now - last_keepalive_ < keepalive_) return;
  last_keepalive_ = now;
  send(keepalive_frame(kWantsReply, {}));
}

std::uint32_t Connection::request(const Payload& payload) {
  const std::uint32_t stream = open_stream();
  awaited_.insert(stream);
  send(payload_frame(FrameType::RequestResponse, stream, 0, payload));
  return stream;
}

void Connection::fire_and_forget(const Payload& payload) {
  send(payload_frame(FrameType::RequestFireAndForget, open_stream(), 0, payload));
}

void Connection::cancel(std::uint32_t stream) {
  drop_partial(stream);
  if (awaited_.erase(stream) > 0 && end_ == EndReason::None) send(cancel_frame(stream));
}

void Connection::answer(std::uint32_t stream, const Payload& payload) {
  if (unanswered_.erase(stream) == 0 || end_ != EndReason::None) return;
  send(payload_frame(FrameType::Payload, stream, kNext | kComplete, payload));
}

void Connection::fail(std::uint32_t stream, ErrorCode code, std::string_view text) {
  if (unanswered_.erase(stream) == 0 || end_ != EndReason::None) return;
  send(error_frame(stream, code, text));
}

void Connection::close(EndReason reason, ErrorCode code, std::string_view text) {
  if (end_ != EndReason::None) return;
  end_ = reason;
  send(error_frame(0, code, text));
}

void Connection::break_off(EndReason reason, std::string_view text) {
  close(reason, ErrorCode::ConnectionError, text);
}

bool Connection::is_of_peer(std::uint32_t stream) const {
  return stream != 0 && (stream % 2 == 1) == (role_ == Role::Server);
}

// A connection lasts for a billion requests; then the numbers begin again, all long free.
std::uint32_t Connection::open_stream() {
  assert(is_ready_);
  const std::uint32_t stream = next_stream_;
  next_stream_ += kStreamStep;
  if (next_stream_ > kStreamMax) next_stream_ = role_ == Role::Client ? 1 : 2;
  return stream;
}

}  // namespace weir::rsocket
