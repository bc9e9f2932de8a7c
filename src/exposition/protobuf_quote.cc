// SPDX-License-Identifier: Apache-2.0
#include "exposition/protobuf_quote.h"

#include <cstddef>

#include "weir/base/number.h"

namespace weir::exposition {
namespace {

// U+0080 to U+009F, the control characters beyond ASCII, are this byte and one below 0xA0.
constexpr char kHighControlLead = '\xC2';
constexpr unsigned char kHighControlEnd = 0xA0;

void append_escaped(std::string& out, char c) {
  constexpr unsigned char kDelete = 0x7F;
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
    case '\\': out.append(1, '\\').push_back(c); return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (byte < ' ' || byte == kDelete) {
    out += "\\x";
    base::append_hex(out, byte, 2);
  } else {
    out += c;
  }
}

}  // namespace

void append_protobuf_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kHighControlLead && i + 1 < text.size() &&
        static_cast<unsigned char>(text[i + 1]) < kHighControlEnd) {
      ++i;
      out += "\\u";
      base::append_hex(out, static_cast<unsigned char>(text[i]), 4);
      continue;
    }
    append_escaped(out, text[i]);
  }
  out += '"';
}

}  // namespace weir::exposition
