// SPDX-License-Identifier: Apache-2.0
#include "tls/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace weir::tls {

namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

// Borrows from `text`.
std::unique_ptr<BIO, FreeBio> source_of(const std::string& text) {
  return std::unique_ptr<BIO, FreeBio>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL would ask the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*is_new*/, void* /*data*/) { return -1; }

}  // namespace

void FreeCertificate::operator()(x509_st* certificate) const { X509_free(certificate); }

void FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

std::vector<Certificate> read_certificates(const std::string& pem) {
  const auto source = source_of(pem);
  std::vector<Certificate> certificates;
  while (true) {
    Certificate certificate(PEM_read_bio_X509(source.get(), nullptr, no_passphrase, nullptr));
    if (!certificate) break;
    certificates.push_back(std::move(certificate));
  }
  ERR_clear_error();
  return certificates;
}

PrivateKey read_key(const std::string& pem) {
  const auto source = source_of(pem);
  PrivateKey key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  return key;
}

}  // namespace weir::tls
