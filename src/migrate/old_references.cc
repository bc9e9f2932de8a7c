// SPDX-License-Identifier: Apache-2.0
#include "migrate/old_references.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "weir/base/ascii.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::migrate {

namespace {

using rulefile::NodeKind;

std::size_t word_size(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, base::is_word) - text.begin());
}

bool is_capture(std::string_view word, std::size_t captures) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && end == word.data() + word.size() && number <= captures;
}

// As a scalar in brackets, where braces need quotes; "" when it cannot be.
std::string quoted(const std::string& text) {
  if (text.find('\'') == std::string::npos) return fmt::format("'{}'", text);
  const bool is_safe = text.find_first_of("\"\\") == std::string::npos;
  return is_safe ? fmt::format("\"{}\"", text) : std::string();
}

}  // namespace

std::string with_braces(std::string_view text, std::size_t captures) {
  std::string out;
  // Whether a reference without braces ends here.
  bool is_adjacent = false;
  while (!text.empty()) {
    const auto size = text.front() == '$' ? word_size(text.substr(1)) : 0;
    const auto word = text.substr(1, size);
    const auto rest = text.substr(1 + size);
    const bool is_followed = rest.starts_with('$');
    const bool has_two_digits = size > 1 && word.front() != '0';
    const bool is_old =
        size > 0 && is_capture(word, captures) && (has_two_digits || is_adjacent || is_followed);
    out += is_old ? fmt::format("${{{}}}", word) : std::string(text.substr(0, 1 + size));
    is_adjacent = size > 0;
    text = rest;
  }
  return out;
}

void OldReferences::replace(const rulefile::Entry& entry, bool is_flow) {
  const auto& value = *entry.value;
  if (value.kind != NodeKind::Scalar || rewriter_.layout().is_alias(entry)) return;
  if (!seen_.insert(&value).second) return;
  auto text = with_braces(value.text, captures_);
  const auto word = rewriter_.layout().word_of(value);
  // One of several lines or with escapes, which both read alike.
  if (text == value.text || !word) return;
  const bool is_bare = word->begin == rewriter_.layout().content_of(value);
  auto written = is_flow && is_bare ? quoted(text) : text;
  if (written.empty()) return;
  rewriter_.replace(*word, std::move(written));
  rewriter_.add_change(
      {value.position, rulefile::printable(value.text), rulefile::printable(text), ""});
}

}  // namespace weir::migrate
