// SPDX-License-Identifier: Apache-2.0
#include "exposition/line_start.h"

namespace weir::exposition {

void LineStart::set(const SampleLines& names, std::string_view suffix) {
  const std::string_view name = names.open_name();
  is_quoted_ = names.is_quoted();
  // Beside both: a brace before and after, and a quote.
  const std::size_t needed = name.size() + suffix.size() + 3 + kStep;
  if (text_.size() < needed) text_.resize(2 * needed);
  char* at = text_.data();
  if (is_quoted_) *at++ = '{';
  at = base::copy_bytes(at, name.data(), name.size());
  at = base::copy_bytes(at, suffix.data(), suffix.size());
  if (is_quoted_) *at++ = '"';
  *at++ = is_quoted_ ? ',' : '{';
  size_ = static_cast<std::size_t>(at - text_.data());
}

char* LineStart::put_no_labels(char* at) const {
  --at;
  if (is_quoted_) *at++ = '}';
  *at = ' ';
  return at + 1;
}

}  // namespace weir::exposition
