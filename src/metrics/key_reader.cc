// SPDX-License-Identifier: Apache-2.0
#include "metrics/key_reader.h"

#include <algorithm>
#include <utility>

namespace weir::metrics {

namespace {

// A family with a usual name, in units of a handle.
constexpr FamilyHandle kUsualUnits = 32;

}  // namespace

KeyReader::KeyReader(const SeriesMemory& memory, const NameKeys& keys, const FamilyList& list,
                     std::size_t begin, std::size_t end)
    : memory_(memory),
      keys_(keys),
      next_(list.begin() + static_cast<std::ptrdiff_t>(begin)),
      left_(end - begin),
      ahead_(next_),
      left_ahead_(left_) {
  ask_ahead();
}

std::size_t KeyReader::take(std::size_t& left) {
  const std::size_t count = std::min(kAtOnce, left);
  left -= count;
  return count;
}

// What lies in a row, as most do that came in a row, the processor asks for itself.
void KeyReader::ask_ahead() {
  const std::size_t count = take(left_ahead_);
  if (count == 0) return;
  const auto begin = std::exchange(ahead_, ahead_ + static_cast<std::ptrdiff_t>(count));
  if (*(ahead_ - 1) - *begin < count * kUsualUnits) return;
  const std::size_t last = keys_.begin() + sizeof(NameKeys::Key) - 1;
  std::for_each(begin, ahead_, [this, last](FamilyHandle family) {
    Family::prefetch_name(memory_.families.at(family), last);
  });
}

std::span<const NameKeys::Key> KeyReader::next() {
  ask_ahead();
  const std::size_t count = take(left_);
  for (std::size_t i = 0; i < count; ++i, ++next_) {
    read_[i] = keys_.of(memory_.family(*next_).name());
  }
  return std::span(read_).first(count);
}

}  // namespace weir::metrics
