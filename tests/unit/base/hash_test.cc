// SPDX-License-Identifier: Apache-2.0
#include "weir/base/hash.h"

#include <cstdint>
#include <cstring>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

std::string words(std::initializer_list<std::uint64_t> values) {
  std::string text(values.size() * sizeof(std::uint64_t), '\0');
  char* to = text.data();
  for (const std::uint64_t value : values) {
    std::memcpy(to, &value, sizeof(value));
    to += sizeof(value);
  }
  return text;
}

TEST(HashBytes, TellsAllSizesAndSeedsApart) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (std::size_t size = 0; size < 200; ++size) {
      EXPECT_TRUE(hashes.insert(hash_bytes(std::string(size, 'x'), seed)).second) << size;
    }
  }
}

TEST(HashBytes, DependsOnEveryBit) {
  for (std::size_t size = 1; size < 120; ++size) {
    std::string text(size, 'a');
    const std::uint64_t hash = hash_bytes(text, 1);
    for (char& byte : text) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        byte = static_cast<char>('a' ^ (1U << bit));
        ASSERT_NE(hash_bytes(text, 1), hash) << size;
      }
      byte = 'a';
    }
  }
}

// A factor of 0 forgets everything before it: whoever knew how to make one could send any number of
// names with the same hash.
TEST(HashBytes, HasNoFactorThatASenderCanMakeZero) {
  for (const std::uint64_t factor : {0x9e3779b97f4a7c15ULL, 0xd1b54a32d192ed03ULL}) {
    for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{7}, ~std::uint64_t{0}}) {
      std::set<std::uint64_t> hashes;
      for (std::uint64_t name = 0; name < 100; ++name) {
        hashes.insert(hash_bytes(words({name, factor, factor, factor, 1, 2}), seed));
        hashes.insert(hash_bytes(words({name, factor}), seed));
        hashes.insert(hash_bytes(words({name, factor, 5}), seed));
      }
      EXPECT_EQ(hashes.size(), 300U) << factor;
    }
  }
}

}  // namespace
}  // namespace weir::base
