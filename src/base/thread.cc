// SPDX-License-Identifier: Apache-2.0
#include "weir/base/thread.h"

#include <pthread.h>
#include <unistd.h>

namespace weir::base {

void give_way() {
  // About a tenth of the share of a thread that does not.
  constexpr int kNicer = 10;
  // Of the calling thread alone, on Linux.
  static_cast<void>(!::nice(kNicer));
}

void name_thread(const char* name) {
  static_cast<void>(::pthread_setname_np(::pthread_self(), name));
}

}  // namespace weir::base
