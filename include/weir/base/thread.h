// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::base {

// Makes the calling thread, and those that it makes from now on, give way to the threads of this
// process that have not called it, where there are fewer processors than threads that want one:
// what they do must not make lines wait. What the operator has given the process comes on top.
// Never fails: a system that refuses goes on as before.
void give_way();

// Names the calling thread for `top -H` and its like, which show 15 characters. Never fails.
void name_thread(const char* name);

}  // namespace weir::base
