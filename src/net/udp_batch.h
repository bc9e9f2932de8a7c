// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "weir/base/result.h"

namespace weir::net {

// The buffers of one `recvmmsg`, allocated once. Pages of a buffer are only taken by the kernel
// when a datagram is long enough to reach them.
class UdpBatch {
 public:
  explicit UdpBatch(std::size_t size);
  UdpBatch(const UdpBatch&) = delete;
  UdpBatch& operator=(const UdpBatch&) = delete;

  // Never waits; an empty span when nothing is there. The bytes are valid until the next call.
  [[nodiscard]] base::Result<std::span<const std::string_view>, boost::system::error_code> receive(
      int fd);

  [[nodiscard]] std::size_t size() const { return messages_.size(); }

 private:
  std::unique_ptr<char[]> bytes_;
  std::vector<iovec> slices_;
  std::vector<mmsghdr> messages_;
  std::vector<std::string_view> datagrams_;
};

}  // namespace weir::net
