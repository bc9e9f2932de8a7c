// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "http/body_encoder.h"
#include "http/content_encoding.h"
#include "weir/http/response.h"

namespace weir::http {

// The body of a response as it is sent: taken from its source piece by piece, and encoded.
class BodyReader {
 public:
  // Takes `body` and `chunks` out of `response`.
  BodyReader(Response& response, ContentEncoding encoding);

  // Asks the source once, and appends what comes of that, which may be nothing. False when nothing
  // is left after that. Passes on what the source throws.
  bool read(std::string& out);
  // As ChunkSource::poll_interval.
  [[nodiscard]] std::chrono::milliseconds poll_interval() const {
    return chunks_ ? chunks_->poll_interval() : std::chrono::milliseconds(0);
  }

 private:
  // Appends one piece of the body; false when it was the last.
  bool take_piece(std::string& out);

  std::string body_;
  std::unique_ptr<ChunkSource> chunks_;
  std::unique_ptr<BodyEncoder> encoder_;  // null when the body is sent as it is
  std::string piece_;
};

}  // namespace weir::http
