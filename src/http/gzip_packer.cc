// SPDX-License-Identifier: Apache-2.0
#include "weir/http/gzip_packer.h"

#include <utility>

#include "http/gzip.h"

namespace weir::http {

GzipPacker::GzipPacker() = default;

GzipPacker::~GzipPacker() = default;

void GzipPacker::add(std::string_view bytes) {
  if (!gzip_) gzip_ = std::make_unique<Gzip>();
  gzip_->compress(bytes, packed_);
}

std::string GzipPacker::take() {
  if (gzip_) gzip_->finish(packed_);
  gzip_ = nullptr;
  return std::exchange(packed_, {});
}

}  // namespace weir::http
