// SPDX-License-Identifier: Apache-2.0
#include "weir/tls/session.h"

#include <new>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <utility>

#include "tls/openssl_error.h"

namespace weir::tls {

namespace {

bool is_plain_http(unsigned long error) {
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return false;
  const int reason = ERR_GET_REASON(error);
  return reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST ||
         reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_UNKNOWN_PROTOCOL;
}

bool is_without_certificate(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL &&
         ERR_GET_REASON(error) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
}

}  // namespace

void Session::Free::operator()(ssl_st* session) const { SSL_free(session); }

Session::Session(std::shared_ptr<const ServerContext> context, int fd)
    : context_(std::move(context)), session_(SSL_new(context_->native())) {
  if (!session_ || SSL_set_fd(session_.get(), fd) != 1) throw std::bad_alloc();
  SSL_set_accept_state(session_.get());
}

Session::~Session() = default;

Step Session::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(session_.get());
  if (result == 1) {
    is_established_ = true;
    if (!lacks_certificate()) return Step::Done;
    fail(HandshakeFailure::Certificate, "the client has no certificate");
    return Step::Failed;
  }
  const int error = SSL_get_error(session_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return Step::WantRead;
  if (error == SSL_ERROR_WANT_WRITE) return Step::WantWrite;
  note_failure();
  return Step::Failed;
}

// A client without one is not checked, though names are asked of it.
bool Session::lacks_certificate() const {
  const Settings& settings = context_->settings();
  return settings.client_allowed_sans && settings.client_auth != ClientAuth::None &&
         SSL_get0_peer_certificate(session_.get()) == nullptr;
}

void Session::fail(HandshakeFailure failure, std::string text) {
  is_broken_ = true;
  failure_ = failure;
  failure_text_ = std::move(text);
}

void Session::note_failure() {
  const unsigned long error = ERR_peek_error();
  const long verdict = SSL_get_verify_result(session_.get());
  std::string text = take_openssl_error();
  if (verdict != X509_V_OK) {
    fail(HandshakeFailure::Certificate, X509_verify_cert_error_string(verdict));
  } else if (is_without_certificate(error)) {
    fail(HandshakeFailure::Certificate, std::move(text));
  } else if (is_plain_http(error)) {
    fail(HandshakeFailure::Plain, std::move(text));
  } else {
    fail(HandshakeFailure::Other,
         text.empty() ? std::string("the connection ended") : std::move(text));
  }
}

Step Session::step_of(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_NONE: return Step::Done;
    case SSL_ERROR_WANT_READ: return Step::WantRead;
    case SSL_ERROR_WANT_WRITE: return Step::WantWrite;
    case SSL_ERROR_ZERO_RETURN: return Step::Ended;
    default: break;
  }
  is_broken_ = true;
  ERR_clear_error();
  return Step::Failed;
}

Session::Transfer Session::read(std::span<char> buffer) {
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &bytes);
  return {step_of(result), bytes};
}

Session::Transfer Session::write(std::string_view bytes) {
  if (bytes.empty()) return {Step::Done, 0};
  ERR_clear_error();
  std::size_t written = 0;
  const int result = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written);
  return {step_of(result), written};
}

void Session::end() {
  if (!is_established_ || is_broken_) return;
  ERR_clear_error();
  static_cast<void>(SSL_shutdown(session_.get()));
  ERR_clear_error();
}

}  // namespace weir::tls
