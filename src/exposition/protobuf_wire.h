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

inline char* put_varint(char* at, std::uint64_t value) {
  constexpr std::uint64_t kLastOneMax = 0x7F;
  for (; value > kLastOneMax; value >>= 7U) *at++ = static_cast<char>(value | 0x80U);
  *at = static_cast<char>(value);
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

// `write(at)` writes the fields of the message and returns their end. Most are short, so the place
// of a short length is kept, and the fields move where theirs is longer.
template <class Field, class Write>
char* put_message(char* at, Field field, const Write& write) {
  constexpr std::size_t kShortMax = 0x7F;
  at = put_tag(at, field, WireType::Bytes);
  char* const end = write(at + 1);
  const auto size = static_cast<std::size_t>(end - at - 1);
  if (size <= kShortMax) {
    *at = static_cast<char>(size);
    return end;
  }
  const std::size_t length_bytes = (std::bit_width(size) + 6) / 7;
  std::memmove(at + length_bytes, at + 1, size);
  put_varint(at, size);
  return at + length_bytes + size;
}

}  // namespace weir::exposition
