// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace weir::http {

// Compresses one stream of bytes, at the level that costs least. Throws std::bad_alloc when zlib
// has no memory; takes about 270 kB while it lives.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  // Appends to `out` what is ready; the rest stays inside.
  void compress(std::string_view bytes, std::string& out);
  // Appends the rest and the trailer. Nothing may follow.
  void finish(std::string& out);

 private:
  void run(std::string_view bytes, int flush, std::string& out);

  std::unique_ptr<z_stream_s> stream_;
};

}  // namespace weir::http
