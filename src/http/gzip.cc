// SPDX-License-Identifier: Apache-2.0
#include "http/gzip.h"

#include <array>
#include <cassert>
#include <limits>
#include <new>

#include <zlib.h>

namespace weir::http {
namespace {

constexpr int kLevel = 1;
constexpr int kWindowBits = 15 + 16;  // the largest window, with a gzip header
constexpr int kMemoryLevel = 8;
constexpr std::size_t kStepBytes = 16'384;

}  // namespace

Gzip::Gzip() : stream_(std::make_unique<z_stream_s>()) {
  const int result = deflateInit2(stream_.get(), kLevel, Z_DEFLATED, kWindowBits, kMemoryLevel,
                                  Z_DEFAULT_STRATEGY);
  if (result != Z_OK) throw std::bad_alloc();
}

Gzip::~Gzip() { deflateEnd(stream_.get()); }

void Gzip::compress(std::string_view bytes, std::string& out) { run(bytes, Z_NO_FLUSH, out); }

void Gzip::finish(std::string& out) { run({}, Z_FINISH, out); }

void Gzip::run(std::string_view bytes, int flush, std::string& out) {
  assert(bytes.size() <= std::numeric_limits<uInt>::max());
  std::array<char, kStepBytes> step;
  // zlib reads through it and never writes.
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(step.data());
    stream_->avail_out = static_cast<uInt>(step.size());
    const int result = deflate(stream_.get(), flush);
    assert(result != Z_STREAM_ERROR);
    static_cast<void>(result);
    out.append(step.data(), step.size() - stream_->avail_out);
  } while (stream_->avail_out == 0);
}

}  // namespace weir::http
