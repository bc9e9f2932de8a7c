// SPDX-License-Identifier: Apache-2.0
#include "metrics/name_keys.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace weir::metrics {

NameKeys::NameKeys(std::string_view first, std::string_view last)
    : beginning_(first.begin(), std::ranges::mismatch(first, last).in1), begin_(beginning_.size()) {
  beginning_.resize(begin_ + sizeof(Word));
  std::array<char, sizeof(Word)> bytes{};
  std::fill_n(bytes.begin(), begin_ % sizeof(Word), '\xff');
  rest_ = base::load_word<sizeof(Word)>(bytes.data());
}

NameKeys::Key NameKeys::of_other(std::string_view name) const {
  const std::string_view beginning = std::string_view(beginning_).substr(0, begin_);
  if (!name.starts_with(beginning)) return name < beginning ? 0 : kLast;
  std::array<char, sizeof(Key)> bytes{};
  std::ranges::copy(name.substr(begin_, sizeof(Key)), bytes.begin());
  return first_byte_highest(base::load_word<sizeof(Key)>(bytes.data()));
}

}  // namespace weir::metrics
