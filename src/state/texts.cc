// SPDX-License-Identifier: Apache-2.0
#include "state/texts.h"

#include <cstddef>

#include "weir/base/utf8.h"
#include "weir/metrics/naming.h"

namespace weir::state {

namespace {

// Beyond every name and label body that a command line can allow.
constexpr std::size_t kTextBytesMax = 2'000'000;

// The size of what is in quotes at the beginning of `text`, with the quotes; 0 when that is not
// good.
std::size_t quoted_size(std::string_view text) {
  if (text.empty() || text.front() != '"') return 0;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') return at + 1;
    if (c == '\n') return 0;
    if (c != '\\') continue;
    ++at;
    if (at == text.size() || (text[at] != '\\' && text[at] != '"' && text[at] != 'n')) return 0;
  }
  return 0;
}

// The size of the label name at the beginning of a list of names; 0 when there is none.
std::size_t name_size(std::string_view names) {
  if (names.starts_with('"')) return quoted_size(names);
  const std::string_view name = names.substr(0, names.find(','));
  return metrics::is_legacy_name(name) ? name.size() : 0;
}

}  // namespace

bool is_text(std::string_view text) { return text.size() <= kTextBytesMax && base::is_utf8(text); }

bool is_family_name(std::string_view name) { return !name.empty() && is_text(name); }

bool is_label_names(std::string_view names) {
  if (!is_text(names)) return false;
  while (!names.empty()) {
    const std::size_t size = name_size(names);
    if (size == 0) return false;
    names.remove_prefix(size);
    if (names.empty()) return true;
    if (names.front() != ',' || names.size() == 1) return false;
    names.remove_prefix(1);
  }
  return true;
}

bool is_label_body(std::string_view body, std::string_view names) {
  if (!is_text(body)) return false;
  while (!names.empty()) {
    const std::size_t size = name_size(names);
    if (size == 0 || body.substr(0, size) != names.substr(0, size)) return false;
    body.remove_prefix(size);
    if (!body.starts_with('=')) return false;
    body.remove_prefix(1);
    const std::size_t value = quoted_size(body);
    if (value == 0) return false;
    body.remove_prefix(value);
    names.remove_prefix(size);
    if (names.empty()) break;
    names.remove_prefix(1);
    if (!body.starts_with(',')) return false;
    body.remove_prefix(1);
  }
  return body.empty();
}

}  // namespace weir::state
