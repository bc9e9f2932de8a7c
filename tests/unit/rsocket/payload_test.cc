// SPDX-License-Identifier: Apache-2.0
#include "weir/rsocket/payload.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace weir::rsocket {
namespace {

constexpr std::size_t kTextMax = 1'000'000;

// Recorded from prometheus-rsocket-client 1.5.3.
std::string recorded(const std::string& name) {
  std::ifstream file(std::string(WEIR_RSOCKET_VECTORS "/") + name, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(content.empty()) << name;
  return content;
}

PrivateKey recorded_key() { return *PrivateKey::from_pem(recorded("key.pem")); }

class RecordedPayload : public testing::TestWithParam<std::string> {};

TEST_P(RecordedPayload, IsOpened) {
  const PrivateKey key = recorded_key();
  const std::string bytes = recorded(GetParam() + ".bin");
  const auto payload = parse_payload(*parse_frame(bytes));
  ASSERT_TRUE(payload);
  const std::string text = recorded(GetParam() + ".txt");
  EXPECT_EQ(*open_payload(&key, *payload, kTextMax), text);
  EXPECT_EQ(*open_payload(&key, *payload, text.size()), text);
  EXPECT_EQ(open_payload(&key, *payload, text.size() - 1).error(), PayloadError::TooLarge);
}

INSTANTIATE_TEST_SUITE_P(, RecordedPayload, testing::Values("answer", "push"));

TEST(Payload, IsOpenedByTheKeyItIsSealedFor) {
  const PrivateKey key = PrivateKey::make();
  const auto sealed = seal_payload(key.public_key(), "up 1\n");
  ASSERT_TRUE(sealed);
  const Payload payload{sealed->metadata, sealed->data};
  EXPECT_EQ(*open_payload(&key, payload, kTextMax), "up 1\n");
  const PrivateKey other = recorded_key();
  EXPECT_EQ(open_payload(&other, payload, kTextMax).error(), PayloadError::BadKey);
  EXPECT_EQ(open_payload(nullptr, payload, kTextMax).error(), PayloadError::BadKey);
}

TEST(Payload, IsPlainTextWhereTheKeySaysSo) {
  const auto sealed = seal_payload(kPlaintext, "up 1\n");
  ASSERT_TRUE(sealed);
  const Payload payload{sealed->metadata, sealed->data};
  EXPECT_EQ(sealed->data, "up 1\n");
  EXPECT_EQ(*open_payload(nullptr, payload, 5), "up 1\n");
  EXPECT_EQ(open_payload(nullptr, payload, 4).error(), PayloadError::TooLarge);
}

TEST(Payload, IsRefusedWhenItWasChanged) {
  const PrivateKey key = recorded_key();
  const auto sealed = seal_payload(key.public_key(), "up 1\n");
  ASSERT_TRUE(sealed);
  EXPECT_EQ(open_payload(&key, {std::nullopt, sealed->data}, kTextMax).error(),
            PayloadError::NoKey);
  EXPECT_EQ(open_payload(&key, {"short", sealed->data}, kTextMax).error(), PayloadError::BadKey);
  EXPECT_EQ(open_payload(&key, {sealed->metadata, "odd"}, kTextMax).error(),
            PayloadError::BadCipher);
  EXPECT_EQ(open_payload(&key, {sealed->metadata, ""}, kTextMax).error(), PayloadError::BadCipher);
}

TEST(Payload, IsNotSealedForWhatIsNoKey) {
  EXPECT_FALSE(seal_payload("", "text"));
  EXPECT_FALSE(seal_payload("no key", "text"));
  EXPECT_FALSE(PrivateKey::from_pem("no key"));
}

}  // namespace
}  // namespace weir::rsocket
