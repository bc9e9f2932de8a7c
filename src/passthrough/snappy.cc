// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/snappy.h"

#include <array>

namespace weir::passthrough {

namespace {

using Byte = unsigned char;

// Takes numbers and pieces off the front. What is not there makes it bad. Little-endian, as
// Snappy's format description has it.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }
  [[nodiscard]] bool is_good() const { return is_good_; }

  std::size_t take_number(std::size_t bytes) {
    std::size_t number = 0;
    const auto piece = take(bytes);
    for (std::size_t i = 0; i < piece.size(); ++i) {
      number |= std::size_t{static_cast<Byte>(piece[i])} << (8 * i);
    }
    return number;
  }

  std::size_t take_varint() {
    constexpr unsigned kShiftMax = 28;
    std::size_t number = 0;
    for (unsigned shift = 0; shift <= kShiftMax; shift += 7) {
      const std::size_t byte = take_number(1);
      number |= (byte & 0x7FU) << shift;
      if (byte < 0x80U) return number;
    }
    is_good_ = false;
    return 0;
  }

  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      is_good_ = false;
      size = 0;
    }
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

// The kind of an element of a block: the lowest two bits of its tag.
enum class Element : Byte { Literal = 0, CopyOfOneByte = 1, CopyOfTwoBytes = 2, CopyOfFour = 3 };

std::size_t literal_size(Input& in, std::size_t tag) {
  // The size less one is in the tag up to here; above, the tag says how many bytes it has.
  constexpr std::size_t kInTagMax = 59;
  const std::size_t high = tag >> 2U;
  return 1 + (high <= kInTagMax ? high : in.take_number(high - kInTagMax));
}

// Byte by byte: what is copied may be made by the copy itself.
bool copy_back(std::string& out, std::size_t offset, std::size_t size, std::size_t size_max) {
  if (offset == 0 || offset > out.size() || size > size_max - out.size()) return false;
  for (; size > 0; --size) out += out[out.size() - offset];
  return true;
}

bool take_element(Input& in, std::string& out, std::size_t size_max) {
  const std::size_t tag = in.take_number(1);
  const std::size_t high = tag >> 2U;
  switch (static_cast<Element>(tag & 3U)) {
    case Element::Literal: {
      const auto literal = in.take(literal_size(in, tag));
      if (literal.size() > size_max - out.size()) return false;
      out += literal;
      return in.is_good();
    }
    case Element::CopyOfOneByte: {
      const std::size_t offset = (tag >> 5U) << 8U | in.take_number(1);
      return in.is_good() && copy_back(out, offset, 4 + (high & 7U), size_max);
    }
    case Element::CopyOfTwoBytes: {
      const std::size_t offset = in.take_number(2);
      return in.is_good() && copy_back(out, offset, 1 + high, size_max);
    }
    case Element::CopyOfFour: break;
  }
  const std::size_t offset = in.take_number(4);
  return in.is_good() && copy_back(out, offset, 1 + high, size_max);
}

// CRC-32C, bit by bit reflected, and the mask that the framing format puts over it.
std::uint32_t masked_checksum(std::string_view bytes) {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;
  constexpr std::uint32_t kMask = 0xa282ead8;
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = value >> 1U ^ ((value & 1U) * kPolynomial);
      table.at(i) = value;
    }
    return table;
  }();
  std::uint32_t sum = ~0U;
  for (const char c : bytes) sum = sum >> 8U ^ kTable[(sum ^ static_cast<Byte>(c)) & 0xFFU];
  sum = ~sum;
  return (sum >> 15U | sum << 17U) + kMask;
}

constexpr std::string_view kStreamStart{"\xff\x06\x00\x00sNaPpY", 10};

// A chunk of a stream that has data: its checksum and the data, packed or not.
base::Result<std::string, SnappyFault> unpack_chunk(std::string_view body, bool is_packed,
                                                    std::size_t bytes_max) {
  constexpr std::size_t kChecksumBytes = 4;
  Input in(body);
  const std::size_t checksum = in.take_number(kChecksumBytes);
  if (!in.is_good()) return SnappyFault::Corrupt;
  body.remove_prefix(kChecksumBytes);
  if (!is_packed && body.size() > bytes_max) return SnappyFault::TooLarge;
  auto data = is_packed ? uncompress_snappy_block(body, bytes_max) : std::string(body);
  if (data && masked_checksum(*data) != checksum) return SnappyFault::Corrupt;
  return data;
}

}  // namespace

base::Result<std::string, SnappyFault> uncompress_snappy_block(std::string_view packed,
                                                               std::size_t bytes_max) {
  // No element makes more of a byte; so a short block cannot have a long buffer made for it.
  constexpr std::size_t kGrowthMax = 64;
  Input in(packed);
  const std::size_t size = in.take_varint();
  if (!in.is_good()) return SnappyFault::Corrupt;
  if (size > bytes_max) return SnappyFault::TooLarge;
  if (size / kGrowthMax > packed.size()) return SnappyFault::Corrupt;
  std::string out;
  out.reserve(size);
  while (!in.is_at_end()) {
    if (!take_element(in, out, size)) return SnappyFault::Corrupt;
  }
  if (out.size() != size) return SnappyFault::Corrupt;
  return out;
}

base::Result<std::string, SnappyFault> uncompress_snappy_stream(std::string_view packed,
                                                                std::size_t bytes_max) {
  constexpr std::size_t kPacked = 0;
  constexpr std::size_t kPlain = 1;
  // From here on chunks may be skipped; those below are of a format to come.
  constexpr std::size_t kSkippableMin = 0x80;
  if (!is_snappy_stream(packed)) return SnappyFault::Corrupt;
  Input in(packed);
  std::string out;
  while (!in.is_at_end()) {
    const std::size_t kind = in.take_number(1);
    const auto body = in.take(in.take_number(3));
    if (!in.is_good() || (kind > kPlain && kind < kSkippableMin)) return SnappyFault::Corrupt;
    if (kind >= kSkippableMin) continue;
    const auto data = unpack_chunk(body, kind == kPacked, bytes_max - out.size());
    if (!data) return data.error();
    out += *data;
  }
  return out;
}

bool is_snappy_stream(std::string_view packed) { return packed.starts_with(kStreamStart); }

}  // namespace weir::passthrough
