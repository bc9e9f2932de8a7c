// SPDX-License-Identifier: Apache-2.0
#include "weir/base/base64.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

std::string encoded(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

TEST(Base64, WritesThePublishedExamples) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(Base64, ReadsBackEveryByte) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);

  EXPECT_EQ(decode_base64(encoded(bytes)), bytes);
}

TEST(Base64, RefusesWhatIsCutShortOrHasOtherCharacters) {
  EXPECT_FALSE(decode_base64("Zg="));
  EXPECT_FALSE(decode_base64("Zg"));
  EXPECT_FALSE(decode_base64("Zm9-"));
  EXPECT_FALSE(decode_base64("Z=9v"));
}

}  // namespace
}  // namespace weir::base
