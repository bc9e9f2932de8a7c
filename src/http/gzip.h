// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/body_encoder.h"

struct z_stream_s;

namespace weir::http {

// RFC 1952, at the level that costs least. Takes about 270 kB while it lives.
class Gzip final : public BodyEncoder {
 public:
  Gzip();
  ~Gzip() override;

  void compress(std::string_view bytes, std::string& out) override;
  void finish(std::string& out) override;

 private:
  void run(std::string_view bytes, int flush, std::string& out);

  std::unique_ptr<z_stream_s> stream_;
};

}  // namespace weir::http
