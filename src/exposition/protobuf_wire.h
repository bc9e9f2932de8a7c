// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir::exposition {

// The fields of protobuf messages, as protobuf's encoding document has them. Each function writes
// to `at`, where the caller has made room, and returns its end. `field` is an enumerator whose
// value is the field's number, below 16.

// Room that a field takes at most in addition to the bytes of its text or message.
inline constexpr std::size_t kFieldBytesMax = 11;

enum class WireType : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2 };

template <class Field>
char* put_tag(char* at, Field field, WireType type) {
  *at = static_cast<char>(static_cast<unsigned>(field) << 3U | static_cast<unsigned>(type));
  return at + 1;
}

// The largest number of one byte.
inline constexpr std::uint64_t kShortMax = 0x7F;

inline char* put_varint(char* at, std::uint64_t value) {
  for (; value > kShortMax; value >>= 7U) *at++ = static_cast<char>(value | 0x80U);
  *at = static_cast<char>(value);
  return at + 1;
}

// A byte for each 7 bits, without a division by 7.
[[nodiscard]] constexpr std::size_t varint_bytes(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1U)) * 9 + 64) / 64;
}

// The tag and the length, of one byte, of a text or message.
template <class Field>
char* put_length(char* at, Field field, std::size_t size) {
  at = put_tag(at, field, WireType::Bytes);
  *at = static_cast<char>(size);
  return at + 1;
}

// int32, int64, uint32, uint64 and enumerations.
template <class Field>
char* put_integer(char* at, Field field, std::uint64_t value) {
  return put_varint(put_tag(at, field, WireType::Varint), value);
}

// sint32 and sint64.
template <class Field>
char* put_signed(char* at, Field field, std::int64_t value) {
  const auto sign = static_cast<std::uint64_t>(value >> 63);
  return put_integer(at, field, static_cast<std::uint64_t>(value) << 1U ^ sign);
}

template <class Field>
char* put_double(char* at, Field field, double value) {
  static_assert(std::endian::native == std::endian::little);
  at = put_tag(at, field, WireType::Fixed64);
  std::memcpy(at, &value, sizeof(value));
  return at + sizeof(value);
}

template <class Field>
char* put_text(char* at, Field field, std::string_view text) {
  at = put_varint(put_tag(at, field, WireType::Bytes), text.size());
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// `write(at)` writes the fields of the message and returns their end. The place of their length is
// kept before, `length_bytes`, and the fields move where that was wrong; it is right then.
template <class Field, class Write>
char* put_message(char* at, Field field, const Write& write, std::size_t& length_bytes) {
  at = put_tag(at, field, WireType::Bytes);
  char* const end = write(at + length_bytes);
  const auto size = static_cast<std::size_t>(end - at) - length_bytes;
  if (size <= kShortMax && length_bytes == 1) {
    *at = static_cast<char>(size);
    return end;
  }
  const std::size_t needed = varint_bytes(size);
  if (needed != length_bytes) {
    std::memmove(at + needed, at + length_bytes, size);
    length_bytes = needed;
  }
  return put_varint(at, size) + size;
}

// Most messages are short.
template <class Field, class Write>
char* put_message(char* at, Field field, const Write& write) {
  std::size_t length_bytes = 1;
  return put_message(at, field, write, length_bytes);
}

}  // namespace weir::exposition
