// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <string>

namespace weir::support {

struct FreeKeyPair {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using KeyPair = std::unique_ptr<EVP_PKEY, FreeKeyPair>;
using X509Pointer = std::unique_ptr<X509, FreeX509>;

// A certificate and its key, in PEM.
struct Issued {
  std::string certificate;
  std::string key;
};

// What a certificate is to say. Its time is in seconds from now.
struct Wanted {
  std::string name = "leaf";
  std::string alternative_names{};  // as OpenSSL writes them: `DNS:a,IP:10.0.0.1`
  long valid_from = -60;
  long valid_until = 3600;
};

template <typename Write>
std::string pem_of(const Write& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  write(memory.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

inline void add_extension(X509* certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  if (extension == nullptr) throw std::runtime_error("no extension " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// A certificate authority that is made when it is asked for, with a key of its own. Signs
// certificates of servers, of clients, and of other authorities.
class Authority {
 public:
  // Signed by `parent`, or by itself.
  explicit Authority(const std::string& name, const Authority* parent = nullptr)
      : key_(EVP_EC_gen("P-256")) {
    certificate_ = make({.name = name}, *key_, parent);
    add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    sign(parent == nullptr ? *this : *parent, certificate_.get());
  }

  [[nodiscard]] std::string certificate() const { return text_of(*certificate_); }

  [[nodiscard]] Issued issue(const Wanted& wanted) const {
    const KeyPair key(EVP_EC_gen("P-256"));
    const X509Pointer made = make(wanted, *key, this);
    if (!wanted.alternative_names.empty()) {
      add_extension(made.get(), NID_subject_alt_name, wanted.alternative_names);
    }
    sign(*this, made.get());
    return {text_of(*made), pem_of([&key](BIO* out) {
              PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
  }

 private:
  static X509Pointer make(const Wanted& wanted, EVP_PKEY& key, const Authority* issuer) {
    static long serial = 0;
    X509Pointer made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), wanted.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), wanted.valid_until);
    X509_set_pubkey(made.get(), &key);
    X509_NAME* const name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wanted.name.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(
        made.get(), issuer == nullptr ? name : X509_get_subject_name(issuer->certificate_.get()));
    return made;
  }
  static void sign(const Authority& issuer, X509* certificate) {
    if (X509_sign(certificate, issuer.key_.get(), EVP_sha256()) == 0) {
      throw std::runtime_error("not signed");
    }
  }
  static std::string text_of(X509& certificate) {
    return pem_of([&certificate](BIO* out) { PEM_write_bio_X509(out, &certificate); });
  }

  KeyPair key_;
  X509Pointer certificate_;
};

}  // namespace weir::support
