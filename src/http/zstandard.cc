// SPDX-License-Identifier: Apache-2.0
#include "http/zstandard.h"

#include <array>
#include <cassert>
#include <new>

#include <zstd.h>

namespace weir::http {
namespace {

// Costs less than gzip at its least; what higher levels save on a page is next to nothing.
constexpr int kZstdLevel = 1;
// What is alike on a page is near: a larger window costs memory and saves next to nothing.
constexpr int kWindowLog = 17;
constexpr std::size_t kZstdStepBytes = 16'384;

void set(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
  const std::size_t result = ZSTD_CCtx_setParameter(context, parameter, value);
  assert(!ZSTD_isError(result));
  static_cast<void>(result);
}

}  // namespace

void Zstandard::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

Zstandard::Zstandard() : context_(ZSTD_createCCtx()) {
  if (!context_) throw std::bad_alloc();
  set(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
  set(context_.get(), ZSTD_c_windowLog, kWindowLog);
  set(context_.get(), ZSTD_c_checksumFlag, 1);
}

void Zstandard::compress(std::string_view bytes, std::string& out) {
  run(bytes, Mode::Continue, out);
}

void Zstandard::finish(std::string& out) { run({}, Mode::End, out); }

void Zstandard::run(std::string_view bytes, Mode mode, std::string& out) {
  const auto directive = mode == Mode::End ? ZSTD_e_end : ZSTD_e_continue;
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  std::array<char, kZstdStepBytes> step;
  bool is_done = false;
  while (!is_done) {
    ZSTD_outBuffer output{step.data(), step.size(), 0};
    const std::size_t left = ZSTD_compressStream2(context_.get(), &output, &input, directive);
    // Nothing else can be wrong: the tables are made when the first bytes come.
    if (ZSTD_isError(left)) throw std::bad_alloc();
    out.append(step.data(), output.pos);
    is_done = mode == Mode::End ? left == 0 : input.pos == input.size;
  }
}

}  // namespace weir::http
