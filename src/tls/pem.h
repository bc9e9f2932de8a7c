// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace weir::tls {

struct FreeCertificate {
  void operator()(x509_st* certificate) const;
};
using Certificate = std::unique_ptr<x509_st, FreeCertificate>;

struct FreeKey {
  void operator()(evp_pkey_st* key) const;
};
using PrivateKey = std::unique_ptr<evp_pkey_st, FreeKey>;

// The certificates in `pem`, in their order, up to the first that is damaged; other blocks are
// skipped.
[[nodiscard]] std::vector<Certificate> read_certificates(const std::string& pem);

// The first private key in `pem`; null when there is none that can be read without a passphrase.
[[nodiscard]] PrivateKey read_key(const std::string& pem);

}  // namespace weir::tls
