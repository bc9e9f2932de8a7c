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
constexpr std::size_t kBodyMax = 512;

// Where a body has quotes, bit by bit.
using Quotes = std::array<std::uint64_t, kBodyMax / kWordBits>;

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

// The quotes of a whole word.
std::uint64_t look_at_word(Marks& marks, const char* at) {
  std::uint64_t quotes = marks.look_at(at);
  quotes |= marks.look_at(at + kStep) << kStep;
  quotes |= marks.look_at(at + 2 * kStep) << 2 * kStep;
  return quotes | marks.look_at(at + 3 * kStep) << 3 * kStep;
}

// The quotes of less than a word. As many bytes as a step has can be read before its end.
std::uint64_t look_at_rest(Marks& marks, const char* at, std::size_t size) {
  std::uint64_t quotes = 0;
  std::size_t place = 0;
  for (; place + kStep <= size; place += kStep) quotes |= marks.look_at(at + place) << place;
  const std::size_t left = size - place;
  return quotes | marks.look_at(at + size - kStep) >> (kStep - left) << place;
}

// False for a body with a backslash.
bool find_quotes(std::string_view body, Quotes& quotes) {
  Marks marks;
  if (body.size() < kStep) {
    std::array<char, kStep> bytes{};
    // An empty body may be nowhere.
    if (!body.empty()) std::memcpy(bytes.data(), body.data(), body.size());
    quotes[0] = marks.look_at(bytes.data());
    return !marks.has_backslash();
  }
  std::size_t at = 0;
  std::uint64_t* to = quotes.data();
  for (; body.size() - at >= kWordBits; at += kWordBits) {
    *to++ = look_at_word(marks, body.data() + at);
  }
  if (at < body.size()) *to = look_at_rest(marks, body.data() + at, body.size() - at);
  return !marks.has_backslash();
}

// From quote to quote.
class QuoteWalk {
 public:
  explicit QuoteWalk(const Quotes& quotes) : word_(quotes.data()), bits_(*word_) {}

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

// As memcpy, which is a call where the size is not known. Both halves overlap.
template <std::size_t kHalf>
void copy_halves(char* to, const char* from, std::size_t size) {
  std::array<char, kHalf> first;
  std::array<char, kHalf> last;
  std::memcpy(first.data(), from, kHalf);
  std::memcpy(last.data(), from + size - kHalf, kHalf);
  std::memcpy(to, first.data(), kHalf);
  std::memcpy(to + size - kHalf, last.data(), kHalf);
}

void copy_short(char* to, const char* from, std::size_t size) {
  if (size >= 16 && size <= 32) return copy_halves<16>(to, from, size);
  if (size >= 8 && size <= 16) return copy_halves<8>(to, from, size);
  std::memcpy(to, from, size);
}

}  // namespace

char* put_plain_labels(char* at, std::string_view body) {
  constexpr std::size_t kShortMax = 0x7F;
  Quotes found;
  if (body.size() > kBodyMax || !find_quotes(body, found)) return nullptr;
  QuoteWalk quotes(found);
  for (std::size_t begin = 0; begin < body.size();) {
    const std::size_t open = quotes.next();
    // Its name is in quotes.
    if (open == begin) return nullptr;
    const std::size_t close = quotes.next();
    // The name, `="` and the value: as long as both fields but for the tag and length of the first.
    const std::size_t size = close - begin;
    if (size + 2 > kShortMax) return nullptr;
    const std::size_t name_size = open - 1 - begin;
    at = put_length(at, MetricField::Label, size + 2);
    at = put_length(at, LabelField::Name, name_size);
    copy_short(at, body.data() + begin, size);
    put_length(at + name_size, LabelField::Value, close - open - 1);
    at += size;
    begin = close + 2;
  }
  return at;
}

}  // namespace weir::exposition
