// SPDX-License-Identifier: Apache-2.0
// Escapes: whatever the bytes are, what is shown of them is UTF-8 on one line, and shown again it
// is the same.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "weir/base/escape.h"
#include "weir/base/utf8.h"

namespace {

void check_shown(std::string_view shown) {
  assert(weir::base::is_utf8(shown));
  for (const char c : shown) assert(static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

void check_beginning(std::string_view text, std::size_t bytes_max) {
  const auto beginning = weir::base::beginning_of(text, bytes_max);
  assert(text.starts_with(beginning) && beginning.size() <= bytes_max);
  assert(!weir::base::is_utf8(text) || weir::base::is_utf8(beginning));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string shown = weir::base::visible(text);
  check_shown(shown);
  assert(weir::base::visible(shown) == shown);
  assert(weir::base::needs_escapes(text) ==
         (shown != text || text.find('"') != std::string_view::npos));

  std::string quoted;
  weir::base::append_quoted(quoted, text);
  check_shown(quoted);
  std::string json;
  weir::base::append_json_quoted(json, text);
  check_shown(json);
  if (size > 0) check_beginning(text.substr(1), data[0]);
  return 0;
}
