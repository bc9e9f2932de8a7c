// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/sample_ring.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace weir::insight {

// What comes before the bytes of a line and its sender. No record goes around the end of the ring:
// what is left there is filled with the first two numbers of a header, the second one kFiller.
struct SampleRing::Header {
  std::uint32_t size = 0;  // with the header, and rounded up
  std::uint32_t line_size = 0;
  std::uint32_t sender_size = 0;
  sample::Protocol protocol = sample::Protocol::Statsd;
  const char* transport = nullptr;
  std::size_t transport_size = 0;
  std::uint64_t weight = 0;
};

namespace {

constexpr std::uint32_t kFiller = ~std::uint32_t{0};
constexpr std::size_t kAlignment = alignof(std::max_align_t);

std::size_t rounded_up(std::size_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

// The bytes are not touched before they are used: a worker that gets nothing takes no memory.
SampleRing::SampleRing(std::size_t bytes)
    : size_(bytes), bytes_(std::make_unique_for_overwrite<char[]>(bytes)) {
  assert(bytes >= sizeof(Header) && (bytes & (bytes - 1)) == 0);
}

bool SampleRing::push(const SampledLine& sampled) {
  const std::size_t needed =
      rounded_up(sizeof(Header) + sampled.line.size() + sampled.sender.size());
  std::uint64_t place = written_.load(std::memory_order_relaxed);
  const std::size_t to_end = size_ - (place & (size_ - 1));
  const std::size_t skipped = to_end < needed ? to_end : 0;
  const std::uint64_t used = place - read_.load(std::memory_order_acquire);
  if (skipped + needed > size_ - used) return false;
  if (skipped > 0) {
    const std::array<std::uint32_t, 2> filler = {static_cast<std::uint32_t>(skipped), kFiller};
    std::memcpy(at(place), filler.data(), sizeof filler);
    place += skipped;
  }
  const Header header{static_cast<std::uint32_t>(needed),
                      static_cast<std::uint32_t>(sampled.line.size()),
                      static_cast<std::uint32_t>(sampled.sender.size()),
                      sampled.protocol,
                      sampled.transport.data(),
                      sampled.transport.size(),
                      sampled.weight};
  char* const to = at(place);
  std::memcpy(to, &header, sizeof header);
  const auto after_line = std::ranges::copy(sampled.line, to + sizeof header);
  std::ranges::copy(sampled.sender, after_line.out);
  written_.store(place + needed, std::memory_order_release);
  return true;
}

std::size_t SampleRing::front(SampledLine& oldest) {
  const std::uint64_t end = written_.load(std::memory_order_acquire);
  std::uint64_t place = read_.load(std::memory_order_relaxed);
  if (place == end) return 0;
  std::array<std::uint32_t, 2> first{};
  std::memcpy(first.data(), at(place), sizeof first);
  if (first[1] == kFiller) {
    release(first[0]);
    place += first[0];
  }
  Header header;
  const char* const from = at(place);
  std::memcpy(&header, from, sizeof header);
  const char* const text = from + sizeof header;
  oldest = {{text, header.line_size},
            {header.transport, header.transport_size},
            {text + header.line_size, header.sender_size},
            header.weight,
            header.protocol};
  return header.size;
}

void SampleRing::release(std::size_t size) {
  read_.store(read_.load(std::memory_order_relaxed) + size, std::memory_order_release);
}

}  // namespace weir::insight
