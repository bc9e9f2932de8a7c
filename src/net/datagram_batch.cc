// SPDX-License-Identifier: Apache-2.0
#include "net/datagram_batch.h"

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace weir::net {
namespace {

constexpr std::size_t kDatagramBytesMax = 65535;
// Buffers a power of two apart would all fall into one set of the caches and of the TLB: one page
// and one cache line more keep the first bytes of the batch side by side.
constexpr std::size_t kBufferStride = 65536 + 4096 + 64;
static_assert(kBufferStride >= kDatagramBytesMax);

}  // namespace

DatagramBatch::DatagramBatch(std::size_t size)
    : bytes_(std::make_unique_for_overwrite<char[]>(size * kBufferStride)),
      slices_(size),
      messages_(size),
      datagrams_(size),
      peers_(size) {
  assert(size > 0);
  for (std::size_t i = 0; i < size; ++i) {
    slices_[i] = {bytes_.get() + i * kBufferStride, kDatagramBytesMax};
    messages_[i].msg_hdr.msg_iov = &slices_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

// The kernel overwrites the room for an address with the address's length.
void DatagramBatch::ask_for_senders(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    messages_[i].msg_hdr.msg_name = peers_[i].data();
    messages_[i].msg_hdr.msg_namelen = Peer::kBytes;
  }
  for (std::size_t i = count; i < asked_; ++i) messages_[i].msg_hdr.msg_name = nullptr;
  asked_ = count;
}

base::Result<Arrivals, boost::system::error_code> DatagramBatch::receive(int fd,
                                                                         std::size_t senders_max) {
  ask_for_senders(std::min(senders_max, messages_.size()));
  const auto wanted = static_cast<unsigned>(messages_.size());
  int count = 0;
  do {
    // With MSG_TRUNC the length is that of the datagram, not of what fits.
    count = ::recvmmsg(fd, messages_.data(), wanted, MSG_DONTWAIT | MSG_TRUNC, nullptr);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Arrivals{};
    return boost::system::error_code(errno, boost::system::system_category());
  }
  const auto received = static_cast<std::size_t>(count);
  Arrivals arrivals{
      {datagrams_.data(), received}, 0, 0, Senders({peers_.data(), std::min(asked_, received)})};
  for (std::size_t i = 0; i < received; ++i) {
    const std::size_t size = std::min<std::size_t>(messages_[i].msg_len, kDatagramBytesMax);
    datagrams_[i] = {static_cast<const char*>(slices_[i].iov_base), size};
    if (messages_[i].msg_len == size) continue;
    ++arrivals.truncated;
    arrivals.truncated_bytes += messages_[i].msg_len - size;
  }
  return arrivals;
}

Refused DatagramBatch::keep_allowed(const AllowList& allowed, Arrivals& arrivals) {
  Refused refused;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < arrivals.datagrams.size(); ++i) {
    if (allowed.allows(peers_[i])) {
      datagrams_[kept] = datagrams_[i];
      peers_[kept++] = peers_[i];
      continue;
    }
    ++refused.datagrams;
    refused.bytes += datagrams_[i].size();
    refused.last = peers_[i];
  }
  arrivals.datagrams = {datagrams_.data(), kept};
  arrivals.senders = Senders({peers_.data(), kept});
  return refused;
}

}  // namespace weir::net
