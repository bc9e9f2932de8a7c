// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/http/request.h"

namespace weir::http {

// Produces a body piece by piece: the next piece is asked for when the one before has been sent.
// Called on the server's thread. Destroyed when the response has been sent or has failed, so its
// destructor is the end of the response.
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;

  // Appends some of the body, at best some hundred KiB, or nothing where that would take long:
  // others are served before the next call. False when nothing is left after that. Throwing breaks
  // the response off.
  virtual bool next(std::string& chunk) = 0;

  // Above 0 for a live source, whose body grows as things happen: what it appends is sent at once,
  // however little it is, and when that was nothing it is asked again after this time. Its answer
  // also ends when the client closes its side, and is never compressed.
  [[nodiscard]] virtual std::chrono::milliseconds poll_interval() const { return {}; }
};

struct Response;

// Gives a deferred answer: on the server's thread, at most once, at any time. Does nothing when the
// connection or the server has gone, so it may be called all the same. May be copied, and destroyed
// on any thread.
using Respond = std::function<void(Response)>;

// What a handler answers. The server adds `Date`, the length or the framing, and `Connection`.
struct Response {
  unsigned status = 200;
  std::vector<Field> headers;
  std::string body;
  // Takes the place of `body` when set.
  std::unique_ptr<ChunkSource> chunks;
  // May be sent compressed when the client asks for it; `Vary` says so.
  bool is_compressible = false;
  // Takes the place of all this when set: the answer comes later. Called once, after the handler
  // has returned, while the request is still there; meanwhile other connections are served, and
  // this one waits. The answer may be put off again.
  std::function<void(Respond)> deferred;
};

// `text/plain; charset=utf-8`.
[[nodiscard]] Response text_response(unsigned status, std::string body);
// As text_response, and browsers are not to guess another type.
[[nodiscard]] Response error_response(unsigned status, std::string body);
// An answer that comes once `start` has called what it is given; see Response::deferred.
[[nodiscard]] Response deferred_response(std::function<void(Respond)> start);

// The words that go with a status: `Not Found`.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

}  // namespace weir::http
