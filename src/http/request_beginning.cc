// SPDX-License-Identifier: Apache-2.0
#include "http/request_beginning.h"

#include <array>

namespace weir::http {

Beginning beginning_of(std::string_view bytes) {
  constexpr std::array<std::string_view, 9> kBeginnings = {"GET /",    "POST /",    "PUT /",
                                                           "HEAD /",   "OPTIONS /", "PATCH /",
                                                           "DELETE /", "TRACE /",   "CONNECT /"};
  for (const std::string_view beginning : kBeginnings) {
    if (bytes.starts_with(beginning)) return Beginning::Request;
    if (beginning.starts_with(bytes)) return Beginning::Undecided;
  }
  return Beginning::Other;
}

}  // namespace weir::http
