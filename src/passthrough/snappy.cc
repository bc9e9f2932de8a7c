// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/snappy.h"

#include <array>
#include <snappy.h>

namespace weir::passthrough {

namespace {

using Byte = unsigned char;

// Takes numbers and pieces off the front. What is not there makes it bad. Little-endian, as the
// description of Snappy's framing format has it.
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
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &size)) {
    return SnappyFault::Corrupt;
  }
  if (size > bytes_max) return SnappyFault::TooLarge;
  if (size / kGrowthMax > packed.size()) return SnappyFault::Corrupt;
  std::string out;
  if (!snappy::Uncompress(packed.data(), packed.size(), &out)) return SnappyFault::Corrupt;
  return out;
}

std::string compress_snappy_block(std::string_view plain) {
  std::string block;
  snappy::Compress(plain.data(), plain.size(), &block);
  return block;
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
