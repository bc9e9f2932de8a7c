// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "weir/base/result.h"
#include "weir/net/allow_list.h"
#include "weir/net/peer.h"

namespace weir::net {

// What one receive brought. Borrows from the batch.
struct Arrivals {
  std::span<const std::string_view> datagrams;
  std::size_t truncated = 0;  // how many of them were longer than a buffer: their ends are lost
  std::uint64_t truncated_bytes = 0;  // of those ends
  Senders senders;
};

// What an allow-list keeps out.
struct Refused {
  std::size_t datagrams = 0;
  std::uint64_t bytes = 0;
  Peer last;  // whose datagram was the last of them
};

// The buffers of one `recvmmsg`, allocated once. Pages of a buffer are only taken by the kernel
// when a datagram is long enough to reach them. There is no room for control messages, so the
// kernel closes descriptors that a sender passes along.
class DatagramBatch {
 public:
  explicit DatagramBatch(std::size_t size);
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  // Never waits; nothing arrived is no error. Asks who sent the first `senders_max` datagrams. What
  // it returns is valid until the next call.
  [[nodiscard]] base::Result<Arrivals, boost::system::error_code> receive(int fd,
                                                                          std::size_t senders_max);

  // Takes the datagrams of others out of `arrivals`, which is what `receive` returned last, with
  // all senders asked for.
  Refused keep_allowed(const AllowList& allowed, Arrivals& arrivals);

  [[nodiscard]] std::size_t size() const { return messages_.size(); }

 private:
  void ask_for_senders(std::size_t count);

  std::unique_ptr<char[]> bytes_;
  std::vector<iovec> slices_;
  std::vector<mmsghdr> messages_;
  std::vector<std::string_view> datagrams_;
  std::vector<Peer> peers_;
  // Of how many messages, from the first on, the sender is asked for.
  std::size_t asked_ = 0;
};

}  // namespace weir::net
