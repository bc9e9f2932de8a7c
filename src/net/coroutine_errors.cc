// SPDX-License-Identifier: Apache-2.0
#include "weir/net/coroutine_errors.h"

#include <new>

namespace weir::net {

std::string describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& reason) {
    return reason.what();
  } catch (...) {
    return "unknown exception";
  }
}

void log_session_end(const base::Log& log, std::string_view who, const std::exception_ptr& error) {
  if (!error) return;
  try {
    log.error("unexpected end of a session",
              {{"session", std::string(who)}, {"error", describe(error)}});
  } catch (const std::bad_alloc&) {
    return;  // no memory for the line
  }
}

}  // namespace weir::net
