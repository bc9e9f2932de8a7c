// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/content_encoding.h"

namespace weir::http {

// Compresses one body, as its bytes come. Takes the same memory however long the body is. Throws
// std::bad_alloc when there is none.
class BodyEncoder {
 public:
  BodyEncoder() = default;
  virtual ~BodyEncoder() = default;
  BodyEncoder(const BodyEncoder&) = delete;
  BodyEncoder& operator=(const BodyEncoder&) = delete;

  // Appends to `out` what is ready; the rest stays inside.
  virtual void compress(std::string_view bytes, std::string& out) = 0;
  // Appends the rest and the trailer. Nothing may follow.
  virtual void finish(std::string& out) = 0;
};

// Null for a body that is sent as it is.
[[nodiscard]] std::unique_ptr<BodyEncoder> make_encoder(ContentEncoding encoding);

}  // namespace weir::http
