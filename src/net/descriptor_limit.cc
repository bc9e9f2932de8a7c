// SPDX-License-Identifier: Apache-2.0
#include "net/descriptor_limit.h"

#include <limits>
#include <sys/resource.h>

namespace weir::net {

std::size_t descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::size_t>::max();
  return limit.rlim_cur;
}

}  // namespace weir::net
