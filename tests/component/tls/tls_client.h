// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <fcntl.h>
#include <memory>
#include <openssl/ssl.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "test_certificates.h"
#include "tls/pem.h"
#include "weir/tls/session.h"

namespace weir::tls {

// Two connected sockets that do not block.
class SocketPair {
 public:
  SocketPair() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_.data()) != 0) {
      throw std::runtime_error("socketpair");
    }
  }
  ~SocketPair() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;

  [[nodiscard]] int server() const { return ends_[0]; }
  [[nodiscard]] int client() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{};
};

// What a client has and wants.
struct ClientRules {
  std::string trusted;       // the authority that it trusts; empty: any server will do
  support::Issued identity;  // empty: it has no certificate
  int min_version = 0;       // 0: OpenSSL's
  int max_version = 0;
};

// The other side of a session, made of OpenSSL alone.
class TlsClient {
 public:
  TlsClient(const ClientRules& rules, int fd)
      : context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), session_(nullptr, &SSL_free) {
    SSL_CTX* const context = context_.get();
    // OpenSSL's own level refuses what a server must refuse.
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, rules.min_version);
    SSL_CTX_set_max_proto_version(context, rules.max_version);
    if (!rules.trusted.empty()) {
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context),
                          read_certificates(rules.trusted).at(0).get());
    }
    if (!rules.identity.certificate.empty()) {
      SSL_CTX_use_certificate(context, read_certificates(rules.identity.certificate).at(0).get());
      SSL_CTX_use_PrivateKey(context, read_key(rules.identity.key).get());
    }
    session_.reset(SSL_new(context));
    SSL_set_fd(session_.get(), fd);
    SSL_set_connect_state(session_.get());
  }

  bool handshake() { return SSL_do_handshake(session_.get()) == 1; }
  bool write(std::string_view bytes) {
    return SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  std::string read() {
    std::array<char, 1024> buffer;
    const int size = SSL_read(session_.get(), buffer.data(), static_cast<int>(buffer.size()));
    return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  void end() { SSL_shutdown(session_.get()); }
  // That the server has ended it as it should.
  bool sees_end() {
    read();
    return (SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  [[nodiscard]] std::string version() const { return SSL_get_version(session_.get()); }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> session_;
};

// Both take steps in turn until the server has come to an end, or neither goes on.
inline Step shake_hands(Session& server, TlsClient& client) {
  Step step = Step::WantRead;
  for (int i = 0; i < 10 && step != Step::Done && step != Step::Failed; ++i) {
    client.handshake();
    step = server.handshake();
  }
  client.handshake();
  return step;
}

}  // namespace weir::tls
