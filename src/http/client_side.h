// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::http {

// Whether the client of the connected TCP socket `fd` has closed its side, or the connection is
// broken. It may be known before all its bytes are read.
[[nodiscard]] bool is_closed_by_client(int fd);

}  // namespace weir::http
