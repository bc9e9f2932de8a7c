// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace weir::app {

// Records of bytes on their way from one thread to another, within a bound. Neither thread ever
// waits: a record for which there is no room is not taken. Memory is used as it is first written.
class ByteRing {
 public:
  // `capacity` is a power of two. A record of up to half of it finds room once the ring is empty.
  explicit ByteRing(std::size_t capacity);

  // Writing thread. Where to write a record of `size` bytes, or null without room; `commit` hands
  // it over.
  [[nodiscard]] char* reserve(std::size_t size);
  void commit();

  // Reading thread. The oldest record, valid until `pop` takes it away; none when there is none.
  [[nodiscard]] std::optional<std::string_view> front();
  void pop();

 private:
  [[nodiscard]] std::size_t place(std::uint64_t position) const { return position & mask_; }

  const std::size_t mask_;
  const std::unique_ptr<char[]> bytes_;
  // Positions in all that ever went through.
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> read_{0};
  // Of the writing thread: the end of what is reserved, and how far it knows the reader to be.
  std::uint64_t reserved_ = 0;
  std::uint64_t read_seen_ = 0;
};

}  // namespace weir::app
