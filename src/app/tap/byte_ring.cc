// SPDX-License-Identifier: Apache-2.0
#include "app/tap/byte_ring.h"

#include <cassert>
#include <cstring>

namespace weir::app {

namespace {

// Before each record: its size, or that the next one is at the beginning of the ring.
using Head = std::uint64_t;
constexpr Head kNextIsAtTheBeginning = ~Head{0};

// With its head. All are whole heads long, so that there is always room for a head.
std::size_t space_of(std::size_t size) {
  return sizeof(Head) + (size + sizeof(Head) - 1) / sizeof(Head) * sizeof(Head);
}

void write_head(char* to, Head head) { std::memcpy(to, &head, sizeof head); }

Head read_head(const char* from) {
  Head head = 0;
  std::memcpy(&head, from, sizeof head);
  return head;
}

}  // namespace

ByteRing::ByteRing(std::size_t capacity)
    : mask_(capacity - 1), bytes_(std::make_unique_for_overwrite<char[]>(capacity)) {
  assert(capacity >= sizeof(Head) && (capacity & mask_) == 0);
}

char* ByteRing::reserve(std::size_t size) {
  const std::size_t capacity = mask_ + 1;
  const std::size_t space = space_of(size);
  const std::uint64_t begin = written_.load(std::memory_order_relaxed);
  const std::size_t to_end = capacity - place(begin);
  const std::size_t skipped = space <= to_end ? 0 : to_end;
  if (begin + skipped + space - read_seen_ > capacity) {
    read_seen_ = read_.load(std::memory_order_acquire);
    if (begin + skipped + space - read_seen_ > capacity) return nullptr;
  }
  if (skipped > 0) write_head(&bytes_[place(begin)], kNextIsAtTheBeginning);
  char* const at = &bytes_[place(begin + skipped)];
  write_head(at, size);
  reserved_ = begin + skipped + space;
  return at + sizeof(Head);
}

void ByteRing::commit() { written_.store(reserved_, std::memory_order_release); }

std::optional<std::string_view> ByteRing::front() {
  const std::uint64_t end = written_.load(std::memory_order_acquire);
  std::uint64_t begin = read_.load(std::memory_order_relaxed);
  if (begin == end) return std::nullopt;
  Head head = read_head(&bytes_[place(begin)]);
  if (head == kNextIsAtTheBeginning) {
    begin += mask_ + 1 - place(begin);
    read_.store(begin, std::memory_order_release);
    head = read_head(&bytes_[place(begin)]);
  }
  return std::string_view(&bytes_[place(begin)] + sizeof(Head), head);
}

void ByteRing::pop() {
  const std::uint64_t begin = read_.load(std::memory_order_relaxed);
  read_.store(begin + space_of(read_head(&bytes_[place(begin)])), std::memory_order_release);
}

}  // namespace weir::app
