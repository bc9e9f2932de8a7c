// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace weir::http {

class Gzip;

// Makes a body with the encoding gzip piece by piece, so that no piece takes long. One thread.
class GzipPacker {
 public:
  GzipPacker();
  ~GzipPacker();
  GzipPacker(const GzipPacker&) = delete;
  GzipPacker& operator=(const GzipPacker&) = delete;

  void add(std::string_view bytes);
  // All that was added, packed; the next `add` begins another body.
  [[nodiscard]] std::string take();

 private:
  std::unique_ptr<Gzip> gzip_;
  std::string packed_;
};

}  // namespace weir::http
