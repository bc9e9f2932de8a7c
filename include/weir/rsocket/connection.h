// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "weir/base/clock.h"
#include "weir/rsocket/frame.h"

namespace weir::rsocket {

// Who made the connection: a client begins with a SETUP and numbers its requests 1, 3, 5, a server
// 2, 4, 6. After the SETUP both may do the same.
enum class Role : std::uint8_t { Server, Client };

enum class Interaction : std::uint8_t { FireAndForget, RequestResponse };

// Why a connection is over.
enum class EndReason : std::uint8_t {
  None,       // it is not
  Closed,     // by `close`
  NoSetup,    // none came in time
  PeerError,  // the peer said so by an ERROR
  Protocol,   // the peer broke the protocol, or wants what is not spoken here
  TooLarge,   // a frame or a payload is
  Silent,     // nothing came for the lifetime that the SETUP names
};

// Takes what a connection receives. Texts are valid during the call. May call the connection.
class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;

  // The SETUP has been accepted; of a client, it has been sent.
  virtual void on_ready() = 0;
  // A RequestResponse wants `answer` or `fail` of its stream, now or later.
  virtual void on_request(std::uint32_t stream, Interaction interaction,
                          const Payload& payload) = 0;
  virtual void on_answer(std::uint32_t stream, const Payload& payload) = 0;
  // In place of an answer.
  virtual void on_failure(std::uint32_t stream, std::string_view text) = 0;
};

// One RSocket connection without I/O: is given frames and the time, calls its handler, and keeps
// the frames that are to be sent until they are taken. It serves REQUEST_RESPONSE and REQUEST_FNF
// in both directions, and refuses all else. Used by one thread.
class Connection {
 public:
  struct Limits {
    // Of a payload that came in fragments, and of all of them together.
    std::size_t payload_bytes_max = kPayloadBytesMax;
    std::chrono::milliseconds setup_timeout{10'000};
    // For whatever a SETUP says.
    std::chrono::milliseconds lifetime_max{600'000};
  };
  static constexpr std::size_t kPayloadBytesMax = 16'777'215;
  // Of the data of a KEEPALIVE, which is sent back; rsocket-java sends none.
  static constexpr std::size_t kKeepAliveBytesMax = 1024;
  // Payloads in fragments at once, and requests without an answer.
  static constexpr std::size_t kPartialsMax = 4;
  static constexpr std::size_t kUnansweredMax = 16;

  // `handler` must outlive the connection and is not called before `start`.
  Connection(Role role, const Limits& limits, ConnectionHandler& handler, base::TimePoint now);

  // A client's SETUP goes out. Once.
  void start(const Setup& setup = {});
  // A frame without its length.
  void on_frame(std::string_view bytes, base::TimePoint now);
  // Sends what keeps the connection alive, and ends it when the peer is silent. About every second.
  void tick(base::TimePoint now);

  // Asks the peer; returns the stream of its answer. Precondition: it is ready.
  std::uint32_t request(const Payload& payload);
  void fire_and_forget(const Payload& payload);
  // Gives up a request: its answer is ignored.
  void cancel(std::uint32_t stream);
  void answer(std::uint32_t stream, const Payload& payload);
  void fail(std::uint32_t stream, ErrorCode code, std::string_view text);
  // An ERROR for the whole connection, the last that is sent.
  void close(EndReason reason, ErrorCode code, std::string_view text);

  [[nodiscard]] bool is_ready() const { return is_ready_ && end_ == EndReason::None; }
  [[nodiscard]] EndReason end_reason() const { return end_; }
  // Frames to be sent, without their lengths, in order. The sender takes them off.
  [[nodiscard]] std::deque<std::string>& output() { return output_; }
  // Bytes of payloads that are not whole.
  [[nodiscard]] std::size_t held_bytes() const { return held_bytes_; }

 private:
  struct Partial {
    FrameType type;
    bool has_metadata = false;
    std::string metadata;
    std::string data;
  };

  void take_setup(const Frame& frame);
  void take(const Frame& frame);
  void take_keepalive(const Frame& frame);
  void take_request(const Frame& frame);
  void take_payload(const Frame& frame);
  void take_error(const Frame& frame);
  void hold(const Frame& frame, const Payload& payload);
  void drop_partial(std::uint32_t stream);
  void deliver(FrameType type, std::uint32_t stream, const Payload& payload);
  void become_ready(const Setup& setup);
  void break_off(EndReason reason, std::string_view text);
  void send(std::string frame) { output_.push_back(std::move(frame)); }
  [[nodiscard]] bool is_of_peer(std::uint32_t stream) const;
  std::uint32_t open_stream();

  const Role role_;
  const Limits limits_;
  ConnectionHandler& handler_;
  EndReason end_ = EndReason::None;
  bool is_ready_ = false;
  base::TimePoint last_heard_;
  base::TimePoint last_keepalive_;
  std::chrono::milliseconds keepalive_{};
  std::chrono::milliseconds lifetime_{};
  std::uint32_t next_stream_;
  std::set<std::uint32_t> awaited_;     // our requests without an answer
  std::set<std::uint32_t> unanswered_;  // the peer's
  std::map<std::uint32_t, Partial> partials_;
  std::size_t held_bytes_ = 0;
  std::deque<std::string> output_;
};

}  // namespace weir::rsocket
