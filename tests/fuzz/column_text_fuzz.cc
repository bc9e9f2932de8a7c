// SPDX-License-Identifier: Apache-2.0
// Text of senders in the columns of a terminal: whatever they sent, it fits its columns and moves
// no cursor. The first byte is the number of columns.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/top/column_text.h"
#include "weir/base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::app;
  if (size == 0) return 0;
  const std::size_t columns = data[0];
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string shown = cut(text, columns);
  assert(weir::base::is_utf8(shown));
  assert(columns_of(std::string_view(shown)) <= columns);
  for (const char c : shown) assert(static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
  assert(columns_of(std::string_view(left(text, columns))) == columns);
  assert(columns_of(std::string_view(right(text, columns))) == columns);
  for (const char c : ascii_of(shown)) assert(c >= ' ' && c < '\x7f');
  return 0;
}
