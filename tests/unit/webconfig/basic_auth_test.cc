// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/basic_auth.h"

#include <string_view>

#include <gtest/gtest.h>

namespace weir::webconfig {
namespace {

TEST(BasicAuth, ReadsUserAndPassword) {
  const auto given = read_basic_auth("Basic QWxhZGRpbjpvcGVuOnNlc2FtZQ==");

  ASSERT_TRUE(given);
  EXPECT_EQ(given->user, "Aladdin");
  EXPECT_EQ(given->password, "open:sesame");
}

TEST(BasicAuth, TakesTheSchemeInAnyCaseAndEmptyFields) {
  const auto given = read_basic_auth("bASIC Og==");

  ASSERT_TRUE(given);
  EXPECT_EQ(given->user + given->password, "");
}

TEST(BasicAuth, RefusesWhatIsNone) {
  for (const std::string_view field :
       {"", "Basic", "Basic ", "Basic Og", "Basic Og=", "Basic O===", "Basic YWI=", "Bearer Og==",
        "Basic  Og==", "Basic O g=", "Basic Og==Og==", "Basic-Og==", "Basic \xFF\xFF\xFF\xFF"}) {
    EXPECT_FALSE(read_basic_auth(field)) << field;
  }
}

}  // namespace
}  // namespace weir::webconfig
