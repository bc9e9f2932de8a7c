// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "exposition/quote_pattern.h"

namespace weir::exposition {

// Writes the labels of label bodies as protobuf has them, the fields `label` of a Metric. Takes
// what most bodies are: without escapes and names in quotes, and not long. Where the quotes are is
// all there is to know of such a body, and `="` is as long as what protobuf has there, so that a
// name and its value are copied together. The places of the last body's labels are kept, since
// neighbours on a page mostly have them in the same places. One thread.
class PlainLabels {
 public:
  // Writes the labels of `body` to `at`, where there is room for four times the body, and returns
  // their end. Returns null for a body that is LabelReader's; what is at `at` then means nothing.
  [[nodiscard]] char* put(char* at, std::string_view body) {
    return pattern_.matches(body) ? put_known(at, body) : put_other(at, body);
  }

 private:
  static constexpr std::size_t kCopy = 16;
  static constexpr std::size_t kBodyMax = 512;
  // The shortest label is `a=""`, and a comma comes between two.
  static constexpr std::size_t kLabelsMax = (kBodyMax + 1) / 5;

  // Where a body has quotes, bit by bit.
  using Quotes = std::array<std::uint64_t, kBodyMax / 64>;

  // Of a label in the body.
  struct Place {
    // Where the name is, and how long it is with `="` and the value.
    std::uint16_t begin = 0;
    std::uint8_t size = 0;
    std::uint8_t name_size = 0;
    // How many bytes may be copied in place of `size`: one or two times `kCopy`, or 0 where neither
    // may.
    std::uint8_t copied = 0;
    // The tag and the length of the label and of its name; of its value.
    std::array<char, 4> before_name{};
    std::array<char, 2> before_value{};
  };

  // For bodies without the pattern of the last one.
  [[nodiscard, gnu::noinline]] char* put_other(char* at, std::string_view body);
  // For bodies of more than a word of `Quotes`.
  [[nodiscard]] char* put_long(char* at, std::string_view body);
  // Where the quotes are where those of the last body were.
  [[nodiscard]] char* put_known(char* at, std::string_view body) const {
    const Place* const end = places_.data() + count_;
    for (const Place* place = places_.data(); place != end; ++place) {
      at = put_label(at, body, *place);
    }
    return at;
  }
  [[nodiscard]] char* put_new(char* at, std::string_view body, const Quotes& found);
  static char* put_label(char* at, std::string_view body, const Place& place) {
    std::memcpy(at, place.before_name.data(), place.before_name.size());
    at += place.before_name.size();
    const char* const from = body.data() + place.begin;
    if (place.copied == kCopy) {
      std::memcpy(at, from, kCopy);
    } else if (place.copied == 2 * kCopy) {
      std::memcpy(at, from, 2 * kCopy);
    } else {
      copy_label(at, from, place.size);
    }
    std::memcpy(at + place.name_size, place.before_value.data(), place.before_value.size());
    return at + place.size;
  }
  // A name, `="` and a value, which are three bytes at least.
  static void copy_label(char* to, const char* from, std::size_t size) {
    if (size >= 16) {
      for (; size > 32; from += 16, to += 16, size -= 16) std::memcpy(to, from, 16);
      return copy_halves<16>(to, from, size);
    }
    if (size >= 8) return copy_halves<8>(to, from, size);
    if (size >= 4) return copy_halves<4>(to, from, size);
    copy_halves<2>(to, from, size);
  }
  // As memcpy, which is a call where the size is not known. Both halves overlap.
  template <std::size_t kHalf>
  static void copy_halves(char* to, const char* from, std::size_t size) {
    std::array<char, kHalf> first;
    std::array<char, kHalf> last;
    std::memcpy(first.data(), from, kHalf);
    std::memcpy(last.data(), from + size - kHalf, kHalf);
    std::memcpy(to, first.data(), kHalf);
    std::memcpy(to + size - kHalf, last.data(), kHalf);
  }

  // Of the last body; an empty one has no labels.
  std::size_t size_ = 0;
  Quotes quotes_{};
  std::size_t count_ = 0;
  std::array<Place, kLabelsMax> places_;
  QuotePattern pattern_;
};

}  // namespace weir::exposition
