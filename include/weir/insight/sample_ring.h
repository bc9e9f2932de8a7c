// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "weir/sample/protocol.h"

namespace weir::insight {

// A line that was picked from many. Texts are borrowed.
struct SampledLine {
  // Empty where it is too long to be handed over.
  std::string_view line;
  // `udp`, `tcp` and the like; outlives all.
  std::string_view transport;
  // The address without its port, of Unix sockets the listener's path; "" where it is not known.
  std::string_view sender;
  // For how many lines it is; 0 for one that is only to be known by its unmapped names.
  std::uint64_t weight = 1;
  sample::Protocol protocol = sample::Protocol::Statsd;
};

// Hands lines from one thread to another in fixed memory. Neither waits for the other, and nothing
// is allocated after the start.
class SampleRing {
 public:
  // `bytes` is a power of two, at least 64.
  explicit SampleRing(std::size_t bytes);

  // False where there is no room. Writing thread.
  bool push(const SampledLine& sampled);

  // Calls `take(SampledLine)` with the oldest line; false where there is none. Reading thread.
  template <class Take>
  bool pop(const Take& take) {
    SampledLine oldest;
    const std::size_t size = front(oldest);
    if (size == 0) return false;
    take(oldest);
    release(size);
    return true;
  }

 private:
  struct Header;

  [[nodiscard]] char* at(std::uint64_t place) { return bytes_.get() + (place & (size_ - 1)); }
  // How much the oldest takes; 0 where there is none.
  std::size_t front(SampledLine& oldest);
  void release(std::size_t size);

  const std::size_t size_;
  const std::unique_ptr<char[]> bytes_;
  // Bytes written and read since the start; each is written by one thread.
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> read_{0};
};

}  // namespace weir::insight
