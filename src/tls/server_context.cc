// SPDX-License-Identifier: Apache-2.0
#include "weir/tls/server_context.h"

#include <algorithm>
#include <new>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string>
#include <utility>

#include "tls/client_check.h"
#include "tls/names.h"
#include "tls/openssl_error.h"
#include "tls/pem.h"

namespace weir::tls {

namespace {

int protocol_of(Version version) {
  return version == Version::Tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

// OpenSSL's list of what is asked for, or of the default; "" when it is all TLS 1.3.
std::string cipher_list(const std::vector<std::string>& names) {
  std::string list;
  const auto append = [&list](std::string_view cipher) {
    if (cipher.empty()) return;
    if (!list.empty()) list += ':';
    list += cipher;
  };
  for (const auto& suite : kCipherSuites) {
    if (names.empty() && suite.is_default) append(suite.openssl);
  }
  for (const auto& name : names) {
    const auto* const suite = std::ranges::find(kCipherSuites, name, &CipherSuite::name);
    if (suite == kCipherSuites.end()) {
      throw SettingsError(Setting::CipherSuites, "unknown cipher suite " + name);
    }
    append(suite->openssl);
  }
  return list;
}

std::string curve_list(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) {
    const auto* const curve = std::ranges::find(kCurves, name, &Curve::name);
    if (curve == kCurves.end()) throw SettingsError(Setting::Curves, "unknown curve " + name);
    if (!list.empty()) list += ':';
    list += curve->openssl;
  }
  return list;
}

int verify_mode(ClientAuth auth) {
  switch (auth) {
    case ClientAuth::None: return SSL_VERIFY_NONE;
    case ClientAuth::Request:
    case ClientAuth::VerifyIfGiven: return SSL_VERIFY_PEER;
    case ClientAuth::RequireAny:
    case ClientAuth::RequireAndVerify: break;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

}  // namespace

void ServerContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

ServerContext::ServerContext(Settings settings)
    : settings_(std::move(settings)), context_(SSL_CTX_new(TLS_server_method())) {
  if (!context_) throw std::bad_alloc();
  auto* const context = context_.get();
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  use_versions_and_ciphers();
  use_curves();
  use_certificate();
  use_client_auth();
}

ServerContext::~ServerContext() = default;

void ServerContext::use_certificate() {
  const auto chain = read_certificates(settings_.certificate);
  if (chain.empty()) {
    throw SettingsError(Setting::Certificate, "there is no certificate in it that can be read");
  }
  const auto key = read_key(settings_.key);
  if (!key) {
    throw SettingsError(Setting::Key,
                        "there is no private key in it that can be read without a passphrase");
  }
  auto* const context = context_.get();
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    throw SettingsError(Setting::Certificate,
                        "the certificate cannot be used: " + take_openssl_error());
  }
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
      throw SettingsError(Setting::Certificate,
                          "the chain cannot be used: " + take_openssl_error());
    }
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    throw SettingsError(Setting::Key,
                        "the key is not that of the certificate: " + take_openssl_error());
  }
}

void ServerContext::use_client_auth() {
  auto* const context = context_.get();
  SSL_CTX_set_verify(context, verify_mode(settings_.client_auth), nullptr);
  SSL_CTX_set_cert_verify_callback(context, check_client, &settings_);
  // Any certificate that is trusted will do as the end of a chain.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  const bool verifies = settings_.client_auth == ClientAuth::VerifyIfGiven ||
                        settings_.client_auth == ClientAuth::RequireAndVerify;
  if (!settings_.client_ca.empty()) {
    use_client_ca();
  } else if (verifies) {
    SSL_CTX_set_default_verify_paths(context);
    ERR_clear_error();
  }
}

void ServerContext::use_client_ca() {
  const auto authorities = read_certificates(settings_.client_ca);
  if (authorities.empty()) {
    throw SettingsError(Setting::ClientCa, "there is no certificate in it that can be read");
  }
  auto* const context = context_.get();
  for (const auto& authority : authorities) {
    // A context lives as long as its settings, so it must not lack what there was no memory for.
    // OpenSSL reads extensions when they are first needed, and keeps a failure; malformed ones are
    // found, and refused, there. A certificate that is there already is no failure.
    X509_check_purpose(authority.get(), -1, 0);
    const bool is_out_of_memory = ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
    if (is_out_of_memory ||
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1 ||
        SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      throw std::bad_alloc();
    }
  }
  ERR_clear_error();
}

void ServerContext::use_versions_and_ciphers() {
  Version min = settings_.min_version;
  const std::string ciphers = cipher_list(settings_.cipher_suites);
  if (ciphers.empty()) min = Version::Tls13;
  if (min > settings_.max_version) {
    throw ciphers.empty()
        ? SettingsError(Setting::CipherSuites, "none of the cipher suites is one of TLS 1.2")
        : SettingsError(Setting::Versions, "the least version is above the greatest");
  }
  auto* const context = context_.get();
  if (!ciphers.empty() && SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1) {
    throw SettingsError(Setting::CipherSuites,
                        "OpenSSL has none of the cipher suites: " + take_openssl_error());
  }
  SSL_CTX_set_min_proto_version(context, protocol_of(min));
  SSL_CTX_set_max_proto_version(context, protocol_of(settings_.max_version));
  if (settings_.prefers_server_ciphers) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  }
}

void ServerContext::use_curves() {
  if (settings_.curves.empty()) return;
  if (SSL_CTX_set1_groups_list(context_.get(), curve_list(settings_.curves).c_str()) != 1) {
    throw SettingsError(Setting::Curves,
                        "OpenSSL does not take these curves: " + take_openssl_error());
  }
}

}  // namespace weir::tls
