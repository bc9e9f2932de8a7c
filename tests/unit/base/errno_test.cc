// SPDX-License-Identifier: Apache-2.0
#include "weir/base/errno.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

TEST(ErrnoText, IsInTheSystemsWordsWithoutTheirCapital) {
  EXPECT_EQ(errno_text(ENOENT), "no such file or directory");
  EXPECT_EQ(errno_text(EADDRINUSE), "address already in use");
}

TEST(ErrnoText, HasAWordForWhatNoErrorHasAsItsNumber) {
  EXPECT_EQ(errno_text(-1), "unknown error -1");
}

}  // namespace
}  // namespace weir::base
