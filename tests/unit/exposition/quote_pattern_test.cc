// SPDX-License-Identifier: Apache-2.0
#include "exposition/quote_pattern.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

// From memory that ends where the body does, so that sanitizers see what is read after it.
bool matches(const QuotePattern& pattern, std::string_view body) {
  const auto exact = std::make_unique<char[]>(body.size());
  body.copy(exact.get(), body.size());
  return pattern.matches({exact.get(), body.size()});
}

TEST(QuotePattern, MatchesTheSameQuotesAtEveryPlaceAndLength) {
  for (std::size_t size = 16; size <= 64; ++size) {
    const std::string plain(size, 'a');
    QuotePattern pattern;
    for (std::size_t i = 0; i < size; ++i) {
      std::string body = plain;
      body[i] = '"';
      std::string other(size, 'b');
      other[i] = '"';
      pattern.set(body);
      EXPECT_TRUE(matches(pattern, other));
      EXPECT_FALSE(matches(pattern, plain));
      EXPECT_FALSE(matches(pattern, body + 'a'));
      EXPECT_FALSE(matches(pattern, std::string_view(body).substr(1)));
      const std::size_t next = (i + 1) % size;
      other[next] = '\\';
      EXPECT_FALSE(matches(pattern, other)) << size << ' ' << next;
      other[next] = '"';
      EXPECT_FALSE(matches(pattern, other)) << size << ' ' << next;
    }
  }
}

TEST(QuotePattern, MatchesNothingOfBodiesThatAreTooShortOrTooLong) {
  QuotePattern pattern;
  EXPECT_FALSE(matches(pattern, ""));
  for (const std::size_t size : {0, 1, 15, 65, 200}) {
    const std::string body(size, 'a');
    pattern.set(std::string(20, 'a'));
    pattern.set(body);
    EXPECT_FALSE(matches(pattern, body)) << size;
    EXPECT_FALSE(matches(pattern, std::string(20, 'a'))) << size;
  }
}

}  // namespace
}  // namespace weir::exposition
