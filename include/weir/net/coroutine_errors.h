// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "weir/base/log.h"

namespace weir::net {

// What `error` says. It must not be null.
[[nodiscard]] std::string describe(const std::exception_ptr& error);

// The end of every coroutine goes through here: an exception (ours, for the network's faults are
// values) is logged in the name of `who`, never lost. Null is an ordinary end. Throws nothing.
void log_session_end(const base::Log& log, std::string_view who, const std::exception_ptr& error);

}  // namespace weir::net
