// SPDX-License-Identifier: Apache-2.0
#include "weir/rsocket/frame.h"

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace weir::rsocket {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

TEST(Frame, IsWrittenAsRsocketJavaDoes) {
  EXPECT_EQ(
      hex(setup_frame({})),
      "000000000400000100000000"
      "4e2000015f90126170706c69636174696f6e2f62696e617279126170706c69636174696f6e2f62696e61727"
      "9");
  EXPECT_EQ(hex(keepalive_frame(kWantsReply, {})), "000000000c800000000000000000");
  EXPECT_EQ(hex(keepalive_frame(0, "ab")), "000000000c0000000000000000006162");
  EXPECT_EQ(hex(cancel_frame(4)), "000000042400");
  EXPECT_EQ(hex(error_frame(0, ErrorCode::RejectedSetup, "no")), "000000002c00000000036e6f");
}

TEST(Frame, IsWrittenWithAPayload) {
  EXPECT_EQ(hex(payload_frame(FrameType::RequestFireAndForget, 2, 0, {std::nullopt, "plaintext"})),
            "000000021400706c61696e74657874");
  EXPECT_EQ(hex(payload_frame(FrameType::Payload, 4, kNext | kComplete, {"m", "up 1\n"})),
            "0000000429600000016d757020310a");
  EXPECT_EQ(hex(payload_frame(FrameType::Payload, 1, kNext | kComplete, {})), "000000012860");
}

TEST(Frame, IsReadAsItWasWritten) {
  const std::string bytes =
      payload_frame(FrameType::RequestResponse, kStreamMax, kFollows, {"meta", "data"});
  const auto frame = parse_frame(bytes);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->stream, kStreamMax);
  EXPECT_EQ(frame->type, FrameType::RequestResponse);
  EXPECT_TRUE(frame->has(kFollows));
  const auto payload = parse_payload(*frame);
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->metadata, "meta");
  EXPECT_EQ(payload->data, "data");
}

TEST(Frame, HasTheTimesOfItsSetup) {
  const std::string bytes = setup_frame({1, 2, 3, 4});
  const auto setup = parse_setup(*parse_frame(bytes));
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->version_minor, 2);
  EXPECT_EQ(setup->keepalive_ms, 3U);
  EXPECT_EQ(setup->lifetime_ms, 4U);
}

TEST(Frame, IsRefusedWhenItEndsTooSoon) {
  EXPECT_EQ(parse_frame(std::string_view("\0\0\0\0\4", 5)).error(), FrameError::Truncated);
  EXPECT_EQ(parse_frame(std::string_view("\x80\0\0\0\4\0", 6)).error(), FrameError::BadStream);
  Frame frame;
  frame.flags = kHasMetadata;
  frame.body = std::string_view("\0\0", 2);
  EXPECT_EQ(parse_payload(frame).error(), FrameError::Truncated);
  frame.body = std::string_view("\0\0\2m", 4);
  EXPECT_EQ(parse_payload(frame).error(), FrameError::BadMetadata);
  EXPECT_FALSE(parse_setup(frame));
  frame.body = "abc";
  EXPECT_FALSE(parse_error(frame));
  EXPECT_FALSE(parse_keepalive(frame));
}

}  // namespace
}  // namespace weir::rsocket
