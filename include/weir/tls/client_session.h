// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "weir/tls/session.h"

struct ssl_ctx_st;

namespace weir::tls {

// Which certificate of a server will do.
struct ServerTrust {
  // A PEM file with the authorities that may have signed it; "" for those of the system.
  std::string ca_file;
  // Any certificate will do, so anybody on the way may be the server.
  bool takes_any = false;
};

// Authorities that cannot be read.
class TrustError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The client's side of one TLS connection, 1.2 or 1.3. Has no socket: its owner carries bytes
// between it and the server, and sends `take_outgoing()` after each call. One thread.
class ClientSession {
 public:
  // `host` is the name or IP address that the certificate has to be for. Throws TrustError.
  ClientSession(const ServerTrust& trust, const std::string& host);
  ~ClientSession();
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  // What came from the server.
  void put_incoming(std::span<const char> bytes);
  // Nothing more will come.
  void end_incoming();
  // What is to be sent to the server now.
  [[nodiscard]] std::string take_outgoing();

  // To be called until it is done; read and write follow it. Never WantWrite.
  Step handshake();
  // Some of what the server has sent. Ended when the server has said that nothing follows, Failed
  // when the connection ends without.
  Session::Transfer read(std::span<char> buffer);
  // Takes all of `bytes`.
  Step write(std::string_view bytes);
  // Of the step that failed.
  [[nodiscard]] const std::string& failure_text() const { return failure_text_; }

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  struct Free {
    void operator()(ssl_st* session) const;
  };
  void trust(const ServerTrust& trust);
  void expect(const std::string& host);
  Step step_of(int result);
  void note_failure();

  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
  std::unique_ptr<ssl_st, Free> session_;
  std::string failure_text_;
};

}  // namespace weir::tls
