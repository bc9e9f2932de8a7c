// SPDX-License-Identifier: Apache-2.0
#include "weir/http/query.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::http {
namespace {

using Values = std::vector<std::string>;

Values names(std::string_view query) { return query_values(query, "name[]"); }

TEST(QueryValues, FindsTheKeyPlainAndEncoded) {
  EXPECT_EQ(names("name[]=foo&name%5B%5D=bar&name%5b%5d=baz"), (Values{"foo", "bar", "baz"}));
}

TEST(QueryValues, KeepsAnEmptyValue) {
  EXPECT_EQ(names("name[]="), Values{""});
  EXPECT_EQ(names("name[]"), Values{""});
}

TEST(QueryValues, TakesAPlusForASpace) {
  EXPECT_EQ(names("name[]=a+b%2Bc"), Values{"a b+c"});
  EXPECT_EQ(query_values("a+b=1", "a b"), Values{"1"});
}

TEST(QueryValues, EndsTheKeyAtTheFirstEqualsSign) {
  EXPECT_EQ(names("name[]=a=b"), Values{"a=b"});
  EXPECT_EQ(names("=name[]"), Values{});
}

TEST(QueryValues, IgnoresOtherKeysAndEmptyPairs) {
  EXPECT_EQ(names("a=b&name=x&&NAME[]=y&name[]=z&"), Values{"z"});
}

TEST(QueryValues, LeavesOutWhatCannotBeDecoded) {
  EXPECT_EQ(names("name[]=%zz&name[]=%4&name[]=a;b&name[]%=c&name[]=d"), Values{"d"});
}

TEST(QueryValues, DecodesEveryByte) {
  EXPECT_EQ(names("name[]=%00%fF%26%3D%3B"), (Values{std::string("\0\xff&=;", 5)}));
}

}  // namespace
}  // namespace weir::http
