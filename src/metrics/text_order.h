// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::metrics {

// Some characters of a text as a number, which orders texts as these do. A text that ends in them
// is filled with zeros, so the last character says whether more may follow.
using TextPiece = std::uint64_t;
inline constexpr unsigned kPieceCharBits = 9;
inline constexpr std::size_t kPieceChars = 64 / kPieceCharBits;

// What a character is in a piece; 0 is the end of the text, and 1 is free for what goes before all
// characters.
constexpr TextPiece piece_char(char c) { return static_cast<unsigned char>(c) + TextPiece{2}; }

constexpr bool is_last_piece(TextPiece piece) {
  return (piece & ((TextPiece{1} << kPieceCharBits) - 1)) == 0;
}

// The characters of `text` from `at` on.
constexpr TextPiece piece_of(std::string_view text, std::size_t at) {
  TextPiece piece = 0;
  for (std::size_t i = at; i < at + kPieceChars; ++i) {
    piece = piece << kPieceCharBits | (i < text.size() ? piece_char(text[i]) : 0);
  }
  return piece;
}

// Sorts items by texts that lie somewhere else in memory: what is compared is copied beside the
// items, piece by piece, and asked for ahead. `Texts` says of an item
//   TextPiece piece(const Item&, std::size_t place): its piece with this number
//   bool is_before(const Item&, const Item&): the whole order, also where the texts are equal
//   void prefetch(const Item&), void prefetch_piece(const Item&, std::size_t place): begin to load
//     where the text is, and then the text.
// Holds a piece for each item meanwhile. Where very long texts begin alike they are compared whole.
template <class Item, class Texts>
class TextSort {
 public:
  explicit TextSort(const Texts& texts) : texts_(texts) {}

  template <class List>
  void sort(List& list) {
    std::vector<Keyed> keyed;
    keyed.reserve(list.size());
    for (const Item& item : list) keyed.push_back({0, item});
    sort_range(keyed, 0);
    std::ranges::transform(keyed, list.begin(), &Keyed::item);
  }

 private:
  struct Keyed {
    TextPiece piece;
    Item item;
  };
  using Range = std::span<Keyed>;

  // Fewer are compared as they are.
  static constexpr std::size_t kFew = 8;
  static constexpr std::size_t kPlaceMax = 32;

  void sort_range(Range range, std::size_t place) {
    do {
      if (range.size() < kFew || place == kPlaceMax) return sort_whole(range);
      load(range, place++);
      if (range.front().piece != range.back().piece) break;
    } while (are_equal(range));
    std::ranges::sort(range, {}, &Keyed::piece);
    while (!range.empty()) {
      const Range equal = take_equal(range);
      if (is_last_piece(equal.front().piece)) {
        sort_whole(equal);
      } else if (equal.size() > 1) {
        sort_range(equal, place);
      }
    }
  }

  // Whether the pieces are all the same, and more of each text follows.
  static bool are_equal(Range range) {
    const TextPiece first = range.front().piece;
    return !is_last_piece(first) &&
           std::ranges::all_of(range, [first](const Keyed& each) { return each.piece == first; });
  }

  static Range take_equal(Range& sorted) {
    const auto end = std::ranges::find_if(
        sorted, [&](const Keyed& each) { return each.piece != sorted.front().piece; });
    const auto size = static_cast<std::size_t>(end - sorted.begin());
    return std::exchange(sorted, sorted.subspan(size)).first(size);
  }

  void load(Range range, std::size_t place) const {
    constexpr std::size_t kItemAhead = 24;
    constexpr std::size_t kPieceAhead = 12;
    for (std::size_t i = 0; i < range.size(); ++i) {
      if (i + kItemAhead < range.size()) texts_.prefetch(range[i + kItemAhead].item);
      if (i + kPieceAhead < range.size()) texts_.prefetch_piece(range[i + kPieceAhead].item, place);
      range[i].piece = texts_.piece(range[i].item, place);
    }
  }

  void sort_whole(Range range) const {
    std::ranges::sort(
        range, [this](const Keyed& a, const Keyed& b) { return texts_.is_before(a.item, b.item); });
  }

  const Texts& texts_;
};

}  // namespace weir::metrics
