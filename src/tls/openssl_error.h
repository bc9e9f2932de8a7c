// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace weir::tls {

// What the first error says that OpenSSL has noted on this thread, and forgets them all. "" when
// there is none.
[[nodiscard]] std::string take_openssl_error();

}  // namespace weir::tls
