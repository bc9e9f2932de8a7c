// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::base {

// How willingly a thread gives way when there are fewer processors than threads that want one.
enum class Haste : int {
  // What does not wait for anybody: it must not keep the threads that receive from their processor.
  Low = 10,
  // What nobody waits for.
  Least = 19,
};

// Sets it for the calling thread. What the operator has given the process comes on top. Never
// fails: a system that refuses goes on as before.
void set_haste(Haste haste);

}  // namespace weir::base
