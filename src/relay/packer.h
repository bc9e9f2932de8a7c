// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::relay {

// Whole lines, each with its newline. Borrowed.
struct Packet {
  std::string_view bytes;
  std::size_t lines = 0;
};

// Packs lines into packets as the reference does (10): a line that does not fit beside what is
// there begins the next packet. A limit of 0 lets every line through, each alone.
//
//   if (packer.is_too_long(line)) return;
//   if (!packer.fits(line)) { send(packer.packet()); packer.clear(); }
//   packer.append(line);
class Packer {
 public:
  explicit Packer(std::size_t packet_bytes_max);

  // True for a line that fits no packet, with its newline.
  [[nodiscard]] bool is_too_long(std::string_view line) const {
    return packet_bytes_max_ != 0 && line.size() >= packet_bytes_max_;
  }
  [[nodiscard]] bool fits(std::string_view line) const {
    return bytes_.size() + line.size() + 1 <= packet_bytes_max_;
  }
  void append(std::string_view line) {
    bytes_ += line;
    bytes_ += '\n';
    ++lines_;
  }
  // Keeps the memory.
  void clear() {
    bytes_.clear();
    lines_ = 0;
  }

  [[nodiscard]] bool is_empty() const { return lines_ == 0; }
  // Valid until the next change.
  [[nodiscard]] Packet packet() const { return {bytes_, lines_}; }

 private:
  std::size_t packet_bytes_max_;
  std::string bytes_;
  std::size_t lines_ = 0;
};

}  // namespace weir::relay
