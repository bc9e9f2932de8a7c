// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "weir/tls/handshake_stats.h"
#include "weir/tls/server_context.h"

struct ssl_st;

namespace weir::tls {

// What a step of a session has come to.
enum class Step : std::uint8_t {
  Done,
  WantRead,   // try again when the socket can be read
  WantWrite,  // try again when it can be written
  Ended,      // the client has ended it
  Failed,
};

// The server's side of one TLS connection. Never waits: each call does what the socket allows. One
// thread.
class Session {
 public:
  // `fd` is a connected socket that does not block; it is borrowed, and no call may follow once it
  // is closed.
  Session(std::shared_ptr<const ServerContext> context, int fd);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // To be called until it is done; the others follow it.
  Step handshake();
  // What went wrong in the handshake, and OpenSSL's words for it.
  [[nodiscard]] HandshakeFailure failure() const { return failure_; }
  [[nodiscard]] const std::string& failure_text() const { return failure_text_; }

  struct Transfer {
    Step step;
    std::size_t bytes = 0;
  };
  // Some of what the client has sent: one record at most.
  Transfer read(std::span<char> buffer);
  // Some of `bytes`. What was not taken has to be offered again, and nothing else.
  Transfer write(std::string_view bytes);
  // Lets the client know that nothing follows, as far as the socket takes it.
  void end();

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };
  Step step_of(int result);
  // Of a client that the handshake has let in.
  [[nodiscard]] bool lacks_certificate() const;
  void fail(HandshakeFailure failure, std::string text);
  void note_failure();

  std::shared_ptr<const ServerContext> context_;
  std::unique_ptr<ssl_st, Free> session_;
  HandshakeFailure failure_ = HandshakeFailure::Other;
  std::string failure_text_;
  bool is_established_ = false;
  bool is_broken_ = false;
};

}  // namespace weir::tls
