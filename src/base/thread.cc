// SPDX-License-Identifier: Apache-2.0
#include "weir/base/thread.h"

#include <unistd.h>

namespace weir::base {

void set_haste(Haste haste) {
  // Of the calling thread alone, on Linux.
  static_cast<void>(!::nice(static_cast<int>(haste)));
}

}  // namespace weir::base
