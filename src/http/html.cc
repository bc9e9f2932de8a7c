// SPDX-License-Identifier: Apache-2.0
#include "weir/http/html.h"

namespace weir::http {
namespace {

// "" when `c` needs no escape.
std::string_view escape_of(char c, HtmlQuotes quotes) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&#34;";
    case '\'': return quotes == HtmlQuotes::Both ? "&#39;" : "";
    default: return "";
  }
}

}  // namespace

std::string escape_html(std::string_view text, HtmlQuotes quotes) {
  std::string escaped;
  for (const char c : text) {
    if (const std::string_view escape = escape_of(c, quotes); escape.empty()) {
      escaped += c;
    } else {
      escaped += escape;
    }
  }
  return escaped;
}

}  // namespace weir::http
