// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/body_encoder.h"

struct ZSTD_CCtx_s;

namespace weir::http {

// RFC 8878: one frame, with a checksum, whose window is small enough for every reader. Takes about
// 1 MB while it lives.
class Zstandard final : public BodyEncoder {
 public:
  Zstandard();

  void compress(std::string_view bytes, std::string& out) override;
  void finish(std::string& out) override;

 private:
  enum class Mode : bool { Continue, End };
  void run(std::string_view bytes, Mode mode, std::string& out);

  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> context_;
};

}  // namespace weir::http
