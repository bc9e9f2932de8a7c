// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <string_view>

#include "weir/base/bytes.h"

namespace weir::mapping {

// The segments of a name by their place from either end, each found once. Only as many as a glob
// can ask for, so that it fits the stack however long the name is. Borrows from the name.
class NameSegments {
 public:
  static constexpr std::size_t kMax = 128;

  explicit NameSegments(std::string_view name) : name_(name) {
    find_front();
    if (size_ > kMax) find_back();
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  // The segment at this place, below `size()` and `kMax`.
  [[nodiscard]] std::string_view from_front(std::size_t place) const {
    assert(place < size_ && place < kMax);
    return name_.substr(begins_[place], begins_[place + 1] - 1 - begins_[place]);
  }
  // All from the segment at this place on, with their dots. The same bounds.
  [[nodiscard]] std::string_view rest_from(std::size_t place) const {
    assert(place < size_ && place < kMax);
    return name_.substr(begins_[place]);
  }
  // The same as `from_front`, counted from the last.
  [[nodiscard]] std::string_view from_back(std::size_t place) const {
    if (size_ <= kMax) return from_front(size_ - 1 - place);
    assert(place < kMax);
    return name_.substr(
        begins_from_back_[place],
        (place == 0 ? name_.size() : begins_from_back_[place - 1] - 1) - begins_from_back_[place]);
  }

 private:
  void find_front() {
    begins_[0] = 0;
    const char* const begin = name_.data();
    const char* const end = begin + name_.size();
    for (const char* at = begin; size_ < kMax;) {
      const char* const dot = base::find_either(at, end, '.', '.');
      begins_[++size_] = static_cast<std::size_t>(dot - begin) + 1;
      if (dot == end) return;
      at = dot + 1;
    }
    size_ += static_cast<std::size_t>(std::ranges::count(name_.substr(begins_[kMax]), '.') + 1);
  }
  void find_back() {
    auto end = name_.size();
    for (auto& begin : begins_from_back_) {
      begin = name_.rfind('.', end - 1) + 1;
      end = begin - 1;
    }
  }

  std::string_view name_;
  std::size_t size_ = 0;
  // Unset beyond the segments that there are: clearing them for every name would cost more than
  // finding the dots.
  std::array<std::size_t, kMax + 1> begins_;
  std::array<std::size_t, kMax> begins_from_back_;
};

}  // namespace weir::mapping
