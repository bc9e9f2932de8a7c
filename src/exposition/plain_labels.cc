// SPDX-License-Identifier: Apache-2.0
#include "exposition/plain_labels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "exposition/protobuf_wire.h"
#include "weir/exposition/protobuf_fields.h"

namespace weir::exposition {
namespace {

constexpr std::size_t kStep = 16;
constexpr std::size_t kWordBits = 64;

// Looks for the quotes of one step after the other, and for any backslash.
class Marks {
 public:
  // The quotes among the bytes at `at`, bit by bit.
  [[nodiscard]] std::uint64_t look_at(const char* at) {
#ifdef __SSE2__
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    backslashes_ = _mm_or_si128(backslashes_, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))));
#else
    std::uint64_t quotes = 0;
    for (std::size_t i = 0; i < kStep; ++i) {
      quotes |= std::uint64_t{at[i] == '"'} << i;
      has_backslash_ |= at[i] == '\\';
    }
    return quotes;
#endif
  }

  [[nodiscard]] bool has_backslash() const {
#ifdef __SSE2__
    return _mm_movemask_epi8(backslashes_) != 0;
#else
    return has_backslash_;
#endif
  }

 private:
#ifdef __SSE2__
  __m128i backslashes_ = _mm_setzero_si128();
#else
  bool has_backslash_ = false;
#endif
};

// The quotes of a word or less, but of a step at least: where there is less, steps overlap.
[[gnu::always_inline]] inline std::uint64_t look_at_part(Marks& marks, const char* at,
                                                         std::size_t size) {
  const std::size_t last = size - kStep;
  const std::size_t second = std::min(last, kStep);
  const std::size_t third = std::min(last, 2 * kStep);
  std::uint64_t quotes = marks.look_at(at);
  quotes |= marks.look_at(at + second) << second;
  quotes |= marks.look_at(at + third) << third;
  return quotes | marks.look_at(at + last) << last;
}

// The quotes of less than a step.
[[gnu::noinline]] std::uint64_t look_at_few(Marks& marks, const char* at, std::size_t size) {
  std::array<char, kStep> bytes{};
  // An empty body may be nowhere.
  if (size > 0) std::memcpy(bytes.data(), at, size);
  return marks.look_at(bytes.data());
}

// The quotes of a body of no more than a word.
std::uint64_t look_at_short(Marks& marks, std::string_view body) {
  return body.size() >= kStep ? look_at_part(marks, body.data(), body.size())
                              : look_at_few(marks, body.data(), body.size());
}

// From quote to quote.
class QuoteWalk {
 public:
  explicit QuoteWalk(const std::uint64_t* words) : word_(words), bits_(*word_) {}

  // The place of the next one, which there is.
  std::size_t next() {
    while (bits_ == 0) {
      bits_ = *++word_;
      begin_ += kWordBits;
    }
    const auto place = begin_ + static_cast<std::size_t>(std::countr_zero(bits_));
    bits_ &= bits_ - 1;
    return place;
  }

 private:
  const std::uint64_t* word_;
  // Those of the word that were not asked for yet.
  std::uint64_t bits_;
  std::size_t begin_ = 0;
};

}  // namespace

char* PlainLabels::put_other(char* at, std::string_view body) {
  if (body.size() > kWordBits) return put_long(at, body);
  Marks marks;
  const std::uint64_t quotes = look_at_short(marks, body);
  if (marks.has_backslash()) return nullptr;
  return body.size() == size_ && quotes == quotes_[0] ? put_known(at, body)
                                                      : put_new(at, body, {quotes});
}

char* PlainLabels::put_long(char* at, std::string_view body) {
  if (body.size() > kBodyMax) return nullptr;
  Marks marks;
  Quotes quotes{};
  std::size_t word = 0;
  std::size_t left = body.size();
  const char* from = body.data();
  for (; left >= kWordBits; left -= kWordBits, from += kWordBits) {
    quotes[word++] = look_at_part(marks, from, kWordBits);
  }
  if (left >= kStep) {
    quotes[word] = look_at_part(marks, from, left);
  } else if (left > 0) {
    // What is before it can be read.
    quotes[word] = marks.look_at(from + left - kStep) >> (kStep - left);
  }
  if (marks.has_backslash()) return nullptr;
  return body.size() == size_ && quotes == quotes_ ? put_known(at, body)
                                                   : put_new(at, body, quotes);
}

char* PlainLabels::put_new(char* at, std::string_view body, const Quotes& found) {
  // Until it is known whether all labels are plain.
  size_ = 0;
  pattern_.set({});
  count_ = 0;
  std::size_t count = 0;
  QuoteWalk quotes(found.data());
  for (std::size_t begin = 0; begin < body.size(); ++count) {
    const std::size_t open = quotes.next();
    // Its name is in quotes.
    if (open == begin) return nullptr;
    const std::size_t close = quotes.next();
    // The name, `="` and the value: as long as both fields but for the tag and length of the first.
    const std::size_t size = close - begin;
    if (size + 2 > kShortMax) return nullptr;
    Place& place = places_[count];
    place.begin = static_cast<std::uint16_t>(begin);
    place.size = static_cast<std::uint8_t>(size);
    place.name_size = static_cast<std::uint8_t>(open - 1 - begin);
    char* const name = put_length(place.before_name.data(), MetricField::Label, size + 2);
    put_length(name, LabelField::Name, place.name_size);
    put_length(place.before_value.data(), LabelField::Value, close - open - 1);
    // What comes after it is written over.
    const std::size_t copied = size <= kCopy ? kCopy : 2 * kCopy;
    place.copied =
        size <= copied && begin + copied <= body.size() ? static_cast<std::uint8_t>(copied) : 0;
    at = put_label(at, body, place);
    begin = close + 2;
  }
  size_ = body.size();
  quotes_ = found;
  pattern_.set(body);
  count_ = count;
  return at;
}

}  // namespace weir::exposition
