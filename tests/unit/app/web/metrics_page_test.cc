// SPDX-License-Identifier: Apache-2.0
#include "app/web/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(WantedNames, ReadsTheKeyPlainAndEncoded) {
  EXPECT_THAT(wanted_names("name[]=foo&name%5B%5D=bar"), ElementsAre("foo", "bar"));
}

TEST(WantedNames, KeepsAnEmptyName) { EXPECT_THAT(wanted_names("name[]="), ElementsAre("")); }

TEST(WantedNames, TakesAPlusForASpace) {
  EXPECT_THAT(wanted_names("name[]=a+b%2Bc"), ElementsAre("a b+c"));
}

TEST(WantedNames, IgnoresOtherKeysAndWhatCannotBeDecoded) {
  EXPECT_THAT(wanted_names("a=b&name=x&name[]=%zz&name[]=a;b"), IsEmpty());
}

}  // namespace
}  // namespace weir::app
