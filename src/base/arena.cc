// SPDX-License-Identifier: Apache-2.0
#include "weir/base/arena.h"

#include <algorithm>
#include <cstdint>
#include <sys/mman.h>

#include "weir/base/memory.h"

namespace weir::base {

namespace {

// Mapped, not allocated: untouched pages of a chunk cost nothing. Aligned to its size, so that huge
// pages fit in. Null when there is no memory.
char* map_chunk() {
  constexpr std::size_t kSize = Arena::kChunkBytes;
  void* const mapped = ::mmap(nullptr, 2 * kSize, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* const begin = static_cast<char*>(mapped);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) & (kSize - 1);
  if (before > 0) ::munmap(begin, before);
  ::munmap(begin + before + kSize, kSize - before);
  return begin + before;
}

}  // namespace

Arena::Arena() : chunks_(new std::atomic<char*>[kChunksMax]) {}

Arena::~Arena() {
  for (std::size_t i = 0; i < chunk_count_; ++i) {
    ::munmap(chunks_[i].load(std::memory_order_relaxed), kChunkBytes);
  }
}

bool Arena::add_chunk() {
  if (chunk_count_ == kChunksMax) return false;
  char* const memory = map_chunk();
  if (memory == nullptr) return false;
  // A small arena stays as small as what was touched of it.
  if (chunk_count_ > 0) prefer_huge_pages(memory, kChunkBytes);
  chunks_[chunk_count_].store(memory, std::memory_order_release);
  // Handle 0 means none, so the first unit of the first chunk is never handed out.
  next_unit_ = chunk_count_ == 0 ? 1 : 0;
  ++chunk_count_;
  return true;
}

Arena::Released::const_iterator Arena::reusable(std::size_t size, Reuse reuse) const {
  const auto found = released_.lower_bound(size);
  if (found == released_.end() || found->first == size || reuse == Reuse::Larger) return found;
  return released_.end();
}

Arena::Block Arena::take_again(Released::iterator blocks, std::size_t size,
                               std::uint32_t spare_units_max) {
  const std::size_t left = blocks->first - size;
  Block block{blocks->second.back()};
  blocks->second.pop_back();
  if (blocks->second.empty()) released_.erase(blocks);
  --released_count_;
  bytes_used_ += size;
  if (left <= spare_units_max * kUnitBytes) {
    block.spare_units = static_cast<std::uint32_t>(left / kUnitBytes);
    bytes_used_ += left;
    return block;
  }
  const std::uint32_t rest = block.handle + static_cast<std::uint32_t>(size / kUnitBytes);
  // No block began there yet.
  std::memset(at(rest), 0, kUnitBytes);
  released_[left].push_back(rest);
  ++released_count_;
  return block;
}

std::size_t Arena::bytes_held() const {
  // Grows by doubling.
  const std::size_t list = released_count_ * 2 * sizeof(std::uint32_t);
  if (chunk_count_ == 0) return list;
  const std::size_t touched = (chunk_count_ - 1) * kChunkBytes + next_unit_ * kUnitBytes;
  if (chunk_count_ == 1) return touched + list;
  return (touched + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes + list;
}

std::size_t Arena::fresh_bytes(std::size_t bytes, Reuse reuse) const {
  const std::size_t size = rounded(bytes);
  return reusable(size, reuse) == released_.end() ? size : 0;
}

std::uint32_t Arena::allocate(std::size_t bytes, Reuse reuse) {
  return allocate(bytes, reuse, 0).handle;
}

Arena::Block Arena::allocate_spaciously(std::size_t bytes, Reuse reuse) {
  return allocate(bytes, reuse, kSpareUnitsMax);
}

Arena::Block Arena::allocate(std::size_t bytes, Reuse reuse, std::uint32_t spare_units_max) {
  const std::size_t size = rounded(bytes);
  assert(size > 0 && size < kChunkBytes);
  const auto again = reusable(size, reuse);
  if (again == released_.end()) return {take_fresh(size)};
  // From a constant iterator to one that is not.
  return take_again(released_.erase(again, again), size, spare_units_max);
}

std::uint32_t Arena::take_fresh(std::size_t size) {
  const std::size_t units = size / kUnitBytes;
  const std::size_t units_per_chunk = std::size_t{1} << kUnitsPerChunkLog2;
  if ((chunk_count_ == 0 || next_unit_ + units > units_per_chunk) && !add_chunk()) return 0;
  const auto handle =
      static_cast<std::uint32_t>(((chunk_count_ - 1) << kUnitsPerChunkLog2) + next_unit_);
  next_unit_ += units;
  bytes_used_ += size;
  return handle;
}

void Arena::release(std::uint32_t handle, std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  released_[size].push_back(handle);
  ++released_count_;
  bytes_used_ -= size;
}

std::uint32_t StringArena::add(std::string_view text, Arena::Reuse reuse) {
  const auto size = static_cast<std::uint32_t>(text.size());
  const std::uint32_t handle = arena_.allocate(sizeof size + text.size(), reuse);
  if (handle == 0) return 0;
  char* block = arena_.at(handle);
  std::memcpy(block, &size, sizeof size);
  std::ranges::copy(text, block + sizeof size);
  return handle;
}

void StringArena::remove(std::uint32_t handle) {
  arena_.release(handle, sizeof(std::uint32_t) + at(handle).size());
}

}  // namespace weir::base
