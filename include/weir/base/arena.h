// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace weir::base {

// Memory in large chunks that never move and are never given back, named by 32-bit handles. A block
// that was given back is used again, for less perhaps, or cut, but never joined with its neighbour:
// where a block begins, one begins for ever. The first unit of a block is 0 when it is handed out
// for the first time, and after that what its last owner left there. So a version in the first unit
// lets a stale handle be checked safely.
//
// One thread at a time may allocate and release (the owner's lock); `at` is safe from any thread
// for a handle that reached it through a lock or its own allocation.
class Arena {
 public:
  // What a handle counts in; every block is a multiple of it and aligned to it.
  static constexpr std::size_t kUnitBytes = 8;
  static constexpr std::size_t kUnitsPerChunkLog2 = 19;  // 4 MiB
  static constexpr std::size_t kChunkBytes = kUnitBytes << kUnitsPerChunkLog2;
  static constexpr std::size_t kChunksMax = std::size_t{1} << (32 - kUnitsPerChunkLog2);

  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Whether a larger block that was given back may be used.
  enum class Reuse : std::uint8_t { SameSize, Larger };

  // A block, and how many units it has more than was asked for.
  struct Block {
    std::uint32_t handle = 0;
    std::uint32_t spare_units = 0;
  };
  static constexpr std::uint32_t kSpareUnitsMax = 7;

  // A block of at least `bytes`, at most kChunkBytes; uninitialised. 0 when all 32 GiB of handles
  // are used up or the system has no memory.
  [[nodiscard]] std::uint32_t allocate(std::size_t bytes, Reuse reuse = Reuse::SameSize);
  // The same for owners who remember that a block has a few units more: it is not cut where what is
  // left would be too small for most, which would get fewer blocks of their size time after time.
  [[nodiscard]] Block allocate_spaciously(std::size_t bytes, Reuse reuse = Reuse::SameSize);
  // Gives a block back; `bytes` as asked for, with the units to spare.
  void release(std::uint32_t handle, std::size_t bytes);

  [[nodiscard]] char* at(std::uint32_t handle) const {
    assert(handle != 0);
    constexpr std::uint32_t kUnitMask = (1U << kUnitsPerChunkLog2) - 1;
    return chunks_[handle >> kUnitsPerChunkLog2].load(std::memory_order_acquire) +
           std::size_t{handle & kUnitMask} * kUnitBytes;
  }

  // Bytes in blocks that are in use.
  [[nodiscard]] std::size_t bytes_used() const { return bytes_used_; }
  // What the system keeps for it: all that was ever handed out, in whole huge pages where there is
  // more than one chunk, and the list of what was given back.
  [[nodiscard]] std::size_t bytes_held() const;
  // By how much `allocate` would make that more, about.
  [[nodiscard]] std::size_t fresh_bytes(std::size_t bytes, Reuse reuse = Reuse::SameSize) const;

  static constexpr std::size_t rounded(std::size_t bytes) {
    return (bytes + kUnitBytes - 1) / kUnitBytes * kUnitBytes;
  }

 private:
  bool add_chunk();

  std::unique_ptr<std::atomic<char*>[]> chunks_;
  std::size_t chunk_count_ = 0;
  // Next free unit of the newest chunk.
  std::size_t next_unit_ = 0;
  using Released = std::map<std::size_t, std::vector<std::uint32_t>>;
  // The blocks of which one is to be used again for `size` bytes; the end where there is none.
  [[nodiscard]] Released::const_iterator reusable(std::size_t size, Reuse reuse) const;
  Block allocate(std::size_t bytes, Reuse reuse, std::uint32_t spare_units_max);
  Block take_again(Released::iterator blocks, std::size_t size, std::uint32_t spare_units_max);
  std::uint32_t take_fresh(std::size_t size);

  // By size; no list is empty.
  Released released_;
  std::size_t released_count_ = 0;
  std::size_t bytes_used_ = 0;
};

// Byte strings in an arena, each after its length.
class StringArena {
 public:
  // 0 when there is no memory.
  [[nodiscard]] std::uint32_t add(std::string_view text,
                                  Arena::Reuse reuse = Arena::Reuse::SameSize);
  void remove(std::uint32_t handle);
  [[nodiscard]] std::string_view at(std::uint32_t handle) const {
    const char* block = arena_.at(handle);
    std::uint32_t size = 0;
    std::memcpy(&size, block, sizeof size);
    return {block + sizeof size, size};
  }
  [[nodiscard]] std::size_t bytes_used() const { return arena_.bytes_used(); }
  [[nodiscard]] std::size_t bytes_held() const { return arena_.bytes_held(); }

 private:
  Arena arena_;
};

}  // namespace weir::base
