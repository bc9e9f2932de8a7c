// SPDX-License-Identifier: Apache-2.0
#include "exposition/label_reader.h"

#include <cassert>
#include <cstddef>

namespace weir::exposition {

bool LabelReader::next() {
  if (rest_.empty()) return false;
  if (rest_.front() == ',') rest_.remove_prefix(1);
  const std::size_t opening = rest_.find("=\"");
  assert(opening != std::string_view::npos);
  name_ = rest_.substr(0, opening);
  value_.clear();
  std::size_t at = opening + 2;
  while (rest_[at] != '"') {
    const std::size_t end = rest_.find_first_of("\"\\", at);
    assert(end != std::string_view::npos);
    value_.append(rest_, at, end - at);
    at = end;
    if (rest_[at] == '"') break;
    assert(at + 1 < rest_.size());
    value_ += rest_[at + 1] == 'n' ? '\n' : rest_[at + 1];
    at += 2;
  }
  rest_.remove_prefix(at + 1);
  return true;
}

}  // namespace weir::exposition
