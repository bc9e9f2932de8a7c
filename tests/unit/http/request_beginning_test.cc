// SPDX-License-Identifier: Apache-2.0
#include "http/request_beginning.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

TEST(RequestBeginning, IsAMethodAndASlash) {
  EXPECT_EQ(beginning_of("POST /report HTTP/1.1\r\n"), Beginning::Request);
  EXPECT_EQ(beginning_of("GET /"), Beginning::Request);
  EXPECT_EQ(beginning_of("POST 5\n"), Beginning::Other);
  EXPECT_EQ(beginning_of("POSTED 5\n"), Beginning::Other);
  EXPECT_EQ(beginning_of("a"), Beginning::Other);
}

TEST(RequestBeginning, IsNotDecidedBeforeTheSlash) {
  EXPECT_EQ(beginning_of(""), Beginning::Undecided);
  EXPECT_EQ(beginning_of("P"), Beginning::Undecided);
  EXPECT_EQ(beginning_of("POST "), Beginning::Undecided);
  EXPECT_EQ(beginning_of("PUT"), Beginning::Undecided);
}

}  // namespace
}  // namespace weir::http
