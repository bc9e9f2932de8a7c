// SPDX-License-Identifier: Apache-2.0
#include "http/body_reader.h"

#include <utility>

namespace weir::http {

BodyReader::BodyReader(Response& response, ContentEncoding encoding)
    : body_(std::move(response.body)),
      chunks_(std::move(response.chunks)),
      encoder_(make_encoder(encoding)) {}

bool BodyReader::read(std::string& out, std::size_t bytes_min) {
  const std::size_t wanted = out.size() + bytes_min;
  while (has_more_ && out.size() < wanted) {
    if (!encoder_) {
      has_more_ = take_piece(out);
      continue;
    }
    piece_.clear();
    has_more_ = take_piece(piece_);
    encoder_->compress(piece_, out);
    if (!has_more_) encoder_->finish(out);
  }
  return has_more_;
}

bool BodyReader::take_piece(std::string& out) {
  if (chunks_) return chunks_->next(out);
  out += std::exchange(body_, {});
  return false;
}

}  // namespace weir::http
