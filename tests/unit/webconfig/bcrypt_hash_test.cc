// SPDX-License-Identifier: Apache-2.0
#include "webconfig/bcrypt_hash.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::webconfig {
namespace {

constexpr std::string_view kRest = "$04$abcdefghijklmnopqrstuuzmRpkfhlRyYDvIwLwuLrGDsPsnCoUuW";

std::string hash_of(std::string_view version) {
  return "$" + std::string(version) + std::string(kRest);
}

TEST(BcryptHash, MatchesItsPasswordInEachForm) {
  for (const auto* version : {"2a", "2b", "2y"}) {
    const auto hash = hash_of(version);
    EXPECT_FALSE(bcrypt_fault(hash)) << hash;
    EXPECT_TRUE(matches_bcrypt("test password", hash));
    EXPECT_FALSE(matches_bcrypt("test passwort", hash));
    EXPECT_FALSE(matches_bcrypt("", hash));
  }
}

TEST(BcryptHash, TakesNoPartOfAPasswordForTheWhole) {
  EXPECT_FALSE(matches_bcrypt(std::string("test password\0x", 15), hash_of("2b")));
  EXPECT_FALSE(matches_bcrypt("test password ", hash_of("2b")));
}

TEST(BcryptHash, TakesLongPasswords) {
  EXPECT_FALSE(matches_bcrypt(std::string(100'000, 'x'), hash_of("2b")));
}

TEST(BcryptHash, SaysWhatIsWrong) {
  for (const std::string_view text : {"", "doe", "$2x$04$", "$1$abc", "$2b$04$short"}) {
    EXPECT_TRUE(bcrypt_fault(text)) << text;
  }
  auto hash = hash_of("2b");
  EXPECT_EQ(bcrypt_cost(hash), 4);
  hash[5] = '3';
  EXPECT_TRUE(bcrypt_fault(hash));
  hash.replace(4, 2, "32");
  EXPECT_TRUE(bcrypt_fault(hash));
  hash.replace(4, 2, "xx");
  EXPECT_TRUE(bcrypt_fault(hash));
  hash = hash_of("2b");
  hash[30] = '!';
  EXPECT_TRUE(bcrypt_fault(hash));
}

TEST(BcryptHash, OfNoPasswordIsOneThatCanBeChecked) {
  const auto hash = unmatchable_hash(4);

  EXPECT_EQ(hash.size(), kBcryptBytes);
  EXPECT_FALSE(bcrypt_fault(hash));
  EXPECT_FALSE(matches_bcrypt("", hash));
}

}  // namespace
}  // namespace weir::webconfig
