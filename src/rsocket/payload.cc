// SPDX-License-Identifier: Apache-2.0
#include "weir/rsocket/payload.h"

#include <array>
#include <limits>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdexcept>
#include <utility>

#include "weir/passthrough/snappy.h"

namespace weir::rsocket {

namespace {

constexpr unsigned kRsaBits = 2048;
// A longer one would cost more than a proxy may ask for.
constexpr std::size_t kPublicKeyBytesMax = 4096;
constexpr std::size_t kAesKeyBytes = 16;
constexpr std::size_t kAesBlockBytes = 16;

template <auto kFree>
struct Freed {
  template <typename Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};
using OwnedKey = std::unique_ptr<EVP_PKEY, Freed<&EVP_PKEY_free>>;
using OwnedKeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<&EVP_PKEY_CTX_free>>;
using OwnedCipher = std::unique_ptr<EVP_CIPHER_CTX, Freed<&EVP_CIPHER_CTX_free>>;
using OwnedBio = std::unique_ptr<BIO, Freed<&BIO_free>>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Java's `RSA/ECB/OAEPWithSHA-256AndMGF1Padding` hashes with SHA-256 and makes its mask with SHA-1.
bool use_oaep(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) > 0 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) > 0 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha1()) > 0;
}

std::string der_of(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int size = i2d_PUBKEY(key, &bytes);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

enum class Direction : std::uint8_t { Decrypt, Encrypt };

// AES-128 in ECB with padding, the key being of 16 bytes.
std::optional<std::string> run_aes(Direction direction, std::string_view key,
                                   std::string_view input) {
  constexpr std::size_t kInputMax = std::numeric_limits<int>::max() - kAesBlockBytes;
  if (input.size() > kInputMax) return std::nullopt;
  const OwnedCipher cipher(EVP_CIPHER_CTX_new());
  std::string output(input.size() + kAesBlockBytes, '\0');
  int size = 0;
  int rest = 0;
  const int encrypts = direction == Direction::Encrypt ? 1 : 0;
  const bool is_good = EVP_CipherInit_ex(cipher.get(), EVP_aes_128_ecb(), nullptr, octets(key),
                                         nullptr, encrypts) > 0 &&
                       EVP_CipherUpdate(cipher.get(), octets(output), &size, octets(input),
                                        static_cast<int>(input.size())) > 0 &&
                       EVP_CipherFinal_ex(cipher.get(), octets(output) + size, &rest) > 0;
  ERR_clear_error();
  if (!is_good) return std::nullopt;
  output.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(rest));
  return output;
}

std::optional<std::string> encrypt_key(std::string_view public_key, std::string_view aes_key) {
  if (public_key.size() > kPublicKeyBytesMax) return std::nullopt;
  const unsigned char* der = octets(public_key);
  const OwnedKey key(d2i_PUBKEY(nullptr, &der, static_cast<long>(public_key.size())));
  std::optional<std::string> encrypted;
  if (key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA) {
    const OwnedKeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr));
    std::string output(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
    std::size_t size = output.size();
    if (EVP_PKEY_encrypt_init(context.get()) > 0 && use_oaep(context.get()) &&
        EVP_PKEY_encrypt(context.get(), octets(output), &size, octets(aes_key), aes_key.size()) >
            0) {
      output.resize(size);
      encrypted = std::move(output);
    }
  }
  ERR_clear_error();
  return encrypted;
}

}  // namespace

struct PrivateKey::Key {
  explicit Key(OwnedKey owned) : key(owned.release()) {}
  ~Key() { EVP_PKEY_free(key); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  EVP_PKEY* const key;
};

PrivateKey::PrivateKey(std::unique_ptr<Key> key)
    : key_(std::move(key)), public_key_(der_of(key_->key)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

PrivateKey PrivateKey::make() {
  OwnedKey key(EVP_RSA_gen(kRsaBits));
  if (!key) throw std::runtime_error("cannot make an RSA key");
  return PrivateKey(std::make_unique<Key>(std::move(key)));
}

std::optional<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  const OwnedBio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  OwnedKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return std::nullopt;
  return PrivateKey(std::make_unique<Key>(std::move(key)));
}

base::Result<std::string, PayloadError> PrivateKey::decrypt(std::string_view encrypted) const {
  EVP_PKEY* const key = key_->key;
  if (encrypted.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key))) {
    return PayloadError::BadKey;
  }
  const OwnedKeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  std::string output(encrypted.size(), '\0');
  std::size_t size = output.size();
  const bool is_good = EVP_PKEY_decrypt_init(context.get()) > 0 && use_oaep(context.get()) &&
                       EVP_PKEY_decrypt(context.get(), octets(output), &size, octets(encrypted),
                                        encrypted.size()) > 0;
  ERR_clear_error();
  if (!is_good || size != kAesKeyBytes) return PayloadError::BadKey;
  output.resize(size);
  return output;
}

base::Result<std::string, PayloadError> decrypt_text(std::string_view aes_key,
                                                     std::string_view data,
                                                     std::size_t text_bytes_max) {
  if (aes_key.size() != kAesKeyBytes) return PayloadError::BadKey;
  const auto block = run_aes(Direction::Decrypt, aes_key, data);
  if (!block) return PayloadError::BadCipher;
  auto text = passthrough::uncompress_snappy_block(*block, text_bytes_max);
  if (text) return *std::move(text);
  return text.error() == passthrough::SnappyFault::TooLarge ? PayloadError::TooLarge
                                                            : PayloadError::BadSnappy;
}

base::Result<std::string, PayloadError> open_payload(const PrivateKey* key, const Payload& payload,
                                                     std::size_t text_bytes_max) {
  if (!payload.metadata) return PayloadError::NoKey;
  if (*payload.metadata == kPlaintext) {
    if (payload.data.size() > text_bytes_max) return PayloadError::TooLarge;
    return std::string(payload.data);
  }
  if (key == nullptr) return PayloadError::BadKey;
  const auto aes_key = key->decrypt(*payload.metadata);
  if (!aes_key) return aes_key.error();
  return decrypt_text(*aes_key, payload.data, text_bytes_max);
}

std::optional<SealedPayload> seal_payload(std::string_view public_key, std::string_view text) {
  if (public_key == kPlaintext) return SealedPayload{std::string(kPlaintext), std::string(text)};
  std::string aes_key(kAesKeyBytes, '\0');
  if (RAND_bytes(octets(aes_key), static_cast<int>(aes_key.size())) <= 0) return std::nullopt;
  auto metadata = encrypt_key(public_key, aes_key);
  if (!metadata) return std::nullopt;
  auto data = run_aes(Direction::Encrypt, aes_key, passthrough::compress_snappy_block(text));
  if (!data) return std::nullopt;
  return SealedPayload{*std::move(metadata), *std::move(data)};
}

}  // namespace weir::rsocket
