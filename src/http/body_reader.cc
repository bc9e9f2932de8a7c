// SPDX-License-Identifier: Apache-2.0
#include "http/body_reader.h"

#include <utility>

namespace weir::http {

BodyReader::BodyReader(Response& response, ContentEncoding encoding)
    : body_(std::move(response.body)),
      chunks_(std::move(response.chunks)),
      encoder_(make_encoder(encoding)) {}

bool BodyReader::read(std::string& out) {
  if (!encoder_) return take_piece(out);
  piece_.clear();
  const bool has_more = take_piece(piece_);
  encoder_->compress(piece_, out);
  if (!has_more) encoder_->finish(out);
  return has_more;
}

bool BodyReader::take_piece(std::string& out) {
  if (chunks_) return chunks_->next(out);
  out += std::exchange(body_, {});
  return false;
}

}  // namespace weir::http
