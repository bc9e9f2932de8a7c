// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/http/request.h"

namespace weir::http {

// Produces a body piece by piece: the next piece is asked for when the one before has been sent.
// Called on the server's thread. Destroyed when the response has been sent or has failed, so its
// destructor tells that the response is over.
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;

  // Appends some of the body, at best about 64 KiB; false when nothing is left after that. Throwing
  // breaks the response off.
  virtual bool next(std::string& chunk) = 0;
};

// What a handler answers. The server adds `Date`, the length or the framing, and `Connection`.
struct Response {
  unsigned status = 200;
  std::vector<Field> headers;
  std::string body;
  // Takes the place of `body` when set.
  std::unique_ptr<ChunkSource> chunks;
  // May be sent compressed when the client asks for it.
  bool is_compressible = false;
};

// `text/plain; charset=utf-8`.
[[nodiscard]] Response text_response(unsigned status, std::string body);
// As text_response, and browsers are told not to guess another type.
[[nodiscard]] Response error_response(unsigned status, std::string body);

// The words that go with a status: `Not Found`.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

}  // namespace weir::http
