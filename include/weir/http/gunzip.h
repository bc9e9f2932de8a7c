// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace weir::http {

// Unpacks a body with the encoding gzip piece by piece, so that it can be given up at any length.
// Several gzip streams in a row are one.
class Gunzip {
 public:
  // Bad: not gzip, or it ends too early.
  enum class State : std::uint8_t { More, Done, Bad };

  // `packed` must outlive it.
  explicit Gunzip(std::string_view packed);
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  // Appends the next `bytes_max` bytes at most. After anything but More it is not called again.
  [[nodiscard]] State next(std::string& out, std::size_t bytes_max);

 private:
  std::unique_ptr<z_stream_s> stream_;
};

}  // namespace weir::http
