// SPDX-License-Identifier: Apache-2.0
#include "tls/openssl_error.h"

#include <openssl/err.h>

namespace weir::tls {

std::string take_openssl_error() {
  const unsigned long error = ERR_peek_error();
  ERR_clear_error();
  if (error == 0) return {};
  const char* reason = ERR_reason_error_string(error);
  return reason == nullptr ? "unknown error" : reason;
}

}  // namespace weir::tls
