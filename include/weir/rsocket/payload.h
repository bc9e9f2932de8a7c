// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "weir/base/result.h"
#include "weir/rsocket/frame.h"

namespace weir::rsocket {

// What a Prometheus RSocket client sends is a text that is packed by Snappy and encrypted by AES
// with a key of its own, which is encrypted by the RSA key that it was given. In place of a key it
// may be given the word `plaintext`; then the text is sent as it is.
inline constexpr std::string_view kPlaintext = "plaintext";

enum class PayloadError : std::uint8_t {
  NoKey,      // no metadata
  BadKey,     // it is not encrypted for this key, or none was given out
  BadCipher,  // the AES key does not fit the data
  BadSnappy,  // the data is no Snappy block
  TooLarge,   // unpacked, the text is longer than allowed
};

// An RSA key. Immutable; any thread.
class PrivateKey {
 public:
  // 2048 bits. Throws std::runtime_error. Takes a tenth of a second.
  [[nodiscard]] static PrivateKey make();
  // One in PEM, or none when it cannot be read.
  [[nodiscard]] static std::optional<PrivateKey> from_pem(std::string_view pem);
  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();

  // A SubjectPublicKeyInfo in DER, as the client wants it.
  [[nodiscard]] const std::string& public_key() const { return public_key_; }
  // A millisecond of work where `encrypted` has the length of the key, none where it has not.
  [[nodiscard]] base::Result<std::string, PayloadError> decrypt(std::string_view encrypted) const;

 private:
  struct Key;
  explicit PrivateKey(std::unique_ptr<Key> key);

  std::unique_ptr<Key> key_;
  std::string public_key_;
};

// The text of a payload, of at most `text_bytes_max`. Without `key` only plaintext can be read.
[[nodiscard]] base::Result<std::string, PayloadError> open_payload(const PrivateKey* key,
                                                                   const Payload& payload,
                                                                   std::size_t text_bytes_max);
// The part of it that has no RSA: AES and Snappy.
[[nodiscard]] base::Result<std::string, PayloadError> decrypt_text(std::string_view aes_key,
                                                                   std::string_view data,
                                                                   std::size_t text_bytes_max);

struct SealedPayload {
  std::string metadata;
  std::string data;
};

// The payload of a text for who gave `public_key`, which may be the word `plaintext`. Nothing when
// it is no key. Takes fresh random numbers.
[[nodiscard]] std::optional<SealedPayload> seal_payload(std::string_view public_key,
                                                        std::string_view text);

}  // namespace weir::rsocket
