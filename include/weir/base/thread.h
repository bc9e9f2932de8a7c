// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::base {

// Makes the calling thread, and those that it makes from now on, give way to the threads of this
// process that have not called it, where there are fewer processors than threads that want one:
// what they do must not make lines wait. What the operator has given the process comes on top.
// Never fails: a system that refuses goes on as before.
void give_way();

// Makes the calling thread run soon after it wakes, for shorter at a time, where others want its
// processor too; its share stays what it was. Linux since 6.12; never fails: a system that knows
// nothing of it or refuses goes on as before.
void run_promptly();

// Names the calling thread for `top -H` and its like, which show 15 characters. Never fails.
void name_thread(const char* name);

}  // namespace weir::base
