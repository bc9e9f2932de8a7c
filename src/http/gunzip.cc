// SPDX-License-Identifier: Apache-2.0
#include "weir/http/gunzip.h"

#include <cassert>
#include <limits>
#include <new>

#include <zlib.h>

namespace weir::http {
namespace {

constexpr int kGunzipWindowBits = 15 + 16;  // the largest window, with a gzip header

}  // namespace

Gunzip::Gunzip(std::string_view packed) : stream_(std::make_unique<z_stream_s>()) {
  assert(packed.size() <= std::numeric_limits<uInt>::max());
  // zlib reads through it and never writes.
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream_->avail_in = static_cast<uInt>(packed.size());
  if (inflateInit2(stream_.get(), kGunzipWindowBits) != Z_OK) throw std::bad_alloc();
}

Gunzip::~Gunzip() { inflateEnd(stream_.get()); }

Gunzip::State Gunzip::next(std::string& out, std::size_t bytes_max) {
  const std::size_t before = out.size();
  out.resize(before + bytes_max);
  stream_->next_out = reinterpret_cast<Bytef*>(out.data() + before);
  stream_->avail_out = static_cast<uInt>(bytes_max);
  const int result = inflate(stream_.get(), Z_NO_FLUSH);
  out.resize(before + bytes_max - stream_->avail_out);
  if (result == Z_STREAM_END) {
    if (stream_->avail_in == 0) return State::Done;
    inflateReset(stream_.get());
    return State::More;
  }
  // Without room left there may be more to come, without progress there is not.
  const bool goes_on = result == Z_OK && (stream_->avail_in > 0 || stream_->avail_out == 0);
  return goes_on ? State::More : State::Bad;
}

}  // namespace weir::http
