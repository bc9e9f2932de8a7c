// SPDX-License-Identifier: Apache-2.0
#include "http/body_encoder.h"

#include "http/gzip.h"
#include "http/zstandard.h"

namespace weir::http {

std::unique_ptr<BodyEncoder> make_encoder(ContentEncoding encoding) {
  switch (encoding) {
    case ContentEncoding::Identity: break;
    case ContentEncoding::Gzip: return std::make_unique<Gzip>();
    case ContentEncoding::Zstd: return std::make_unique<Zstandard>();
  }
  return nullptr;
}

}  // namespace weir::http
