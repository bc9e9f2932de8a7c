// SPDX-License-Identifier: Apache-2.0
#include "weir/tls/client_session.h"

#include <array>
#include <new>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "tls/openssl_error.h"

namespace weir::tls {

namespace {

bool is_plain_answer(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL &&
         (ERR_GET_REASON(error) == SSL_R_WRONG_VERSION_NUMBER ||
          ERR_GET_REASON(error) == SSL_R_HTTP_REQUEST);
}

}  // namespace

void ClientSession::FreeContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void ClientSession::Free::operator()(ssl_st* session) const { SSL_free(session); }

ClientSession::ClientSession(const ServerTrust& trust, const std::string& host)
    : context_(SSL_CTX_new(TLS_client_method())) {
  if (!context_) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  this->trust(trust);
  session_.reset(SSL_new(context_.get()));
  BIO* const incoming = BIO_new(BIO_s_mem());
  BIO* const outgoing = BIO_new(BIO_s_mem());
  if (!session_ || incoming == nullptr || outgoing == nullptr) throw std::bad_alloc();
  SSL_set_bio(session_.get(), incoming, outgoing);
  SSL_set_connect_state(session_.get());
  expect(host);
}

ClientSession::~ClientSession() = default;

void ClientSession::trust(const ServerTrust& trust) {
  auto* const context = context_.get();
  ERR_clear_error();
  if (trust.takes_any) {
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    return;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (trust.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    ERR_clear_error();
    return;
  }
  // Any certificate of the file will do as the end of a chain, that of the server itself, too.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  if (SSL_CTX_load_verify_file(context, trust.ca_file.c_str()) != 1) {
    throw TrustError(trust.ca_file + ": no certificates can be read: " + take_openssl_error());
  }
}

void ClientSession::expect(const std::string& host) {
  auto* const session = session_.get();
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1) return;
  ERR_clear_error();
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (SSL_set1_host(session, host.c_str()) != 1 ||
      SSL_set_tlsext_host_name(session, host.c_str()) != 1) {
    throw TrustError(host + ": no name of a server");
  }
}

void ClientSession::put_incoming(std::span<const char> bytes) {
  BIO* const incoming = SSL_get_rbio(session_.get());
  if (BIO_write(incoming, bytes.data(), static_cast<int>(bytes.size())) !=
      static_cast<int>(bytes.size())) {
    throw std::bad_alloc();
  }
}

void ClientSession::end_incoming() { BIO_set_mem_eof_return(SSL_get_rbio(session_.get()), 0); }

std::string ClientSession::take_outgoing() {
  BIO* const outgoing = SSL_get_wbio(session_.get());
  std::string taken;
  std::array<char, 4096> piece{};
  int size = 0;
  while ((size = BIO_read(outgoing, piece.data(), static_cast<int>(piece.size()))) > 0) {
    taken.append(piece.data(), static_cast<std::size_t>(size));
  }
  return taken;
}

Step ClientSession::handshake() {
  ERR_clear_error();
  return step_of(SSL_do_handshake(session_.get()));
}

Session::Transfer ClientSession::read(std::span<char> buffer) {
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &bytes);
  return {step_of(result), bytes};
}

Step ClientSession::write(std::string_view bytes) {
  if (bytes.empty()) return Step::Done;
  ERR_clear_error();
  std::size_t written = 0;
  return step_of(SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written));
}

Step ClientSession::step_of(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_NONE: return Step::Done;
    case SSL_ERROR_WANT_READ: return Step::WantRead;
    case SSL_ERROR_ZERO_RETURN: return Step::Ended;
    default: break;
  }
  note_failure();
  return Step::Failed;
}

void ClientSession::note_failure() {
  const unsigned long error = ERR_peek_error();
  const long verdict = SSL_get_verify_result(session_.get());
  failure_text_ = take_openssl_error();
  if (verdict != X509_V_OK && SSL_get_verify_mode(session_.get()) != SSL_VERIFY_NONE) {
    failure_text_ =
        std::string("the certificate will not do: ") + X509_verify_cert_error_string(verdict);
  } else if (is_plain_answer(error)) {
    failure_text_ = "what answers there does not speak TLS";
  } else if (failure_text_.empty()) {
    failure_text_ = "the connection ended";
  }
}

}  // namespace weir::tls
