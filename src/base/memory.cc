// SPDX-License-Identifier: Apache-2.0
#include "weir/base/memory.h"

#include <cstdint>
#include <sys/mman.h>

namespace weir::base {

void prefer_huge_pages(void* at, std::size_t bytes) {
  // Elsewhere the advice is a whole number of pages all the same.
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(at) & (kHugePageBytes - 1);
  if (bytes < before) return;
  const std::size_t whole = (bytes - before) & ~(kHugePageBytes - 1);
  if (whole > 0) ::madvise(static_cast<char*>(at) + before, whole, MADV_HUGEPAGE);
}

}  // namespace weir::base
