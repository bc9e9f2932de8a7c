// SPDX-License-Identifier: Apache-2.0
#include "app/insight/refusal_sampler.h"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

using namespace std::chrono_literals;
using pipeline::DropReason;
using pipeline::OtherRefusal;
using statsd::Rejection;
using testing::IsEmpty;
using testing::SizeIs;

struct FixedSource : OriginSource {
  base::Attribute place{"sender", "192.0.2.1:4000"};
  [[nodiscard]] Origin origin_of(std::string_view) const override { return {"udp", place}; }
};

struct CountingSink : pipeline::RefusalSink {
  bool wants_more = false;
  int asked = 0;
  int reported = 0;
  bool wants(pipeline::RefusalReason /*reason*/) override {
    ++asked;
    return wants_more;
  }
  void on_refusal(const pipeline::Refusal& /*refusal*/) override { ++reported; }
};

class RefusalSamplerTest : public testing::Test {
 protected:
  RefusalSamplerTest() { sampler_.begin_batch(source_, now_); }

  void refuse(pipeline::RefusalReason reason, std::string_view line = "bad",
              std::string_view part = {}) {
    if (sampler_.wants(reason)) sampler_.on_refusal({reason, line, part, {}});
  }

  base::TimePoint now_{1h};
  FixedSource source_;
  CountingSink next_;
  RefusalSampler sampler_{true, next_};
};

TEST_F(RefusalSamplerTest, KeepsTheLineItsReasonAndItsSender) {
  refuse(Rejection::MalformedValue, "a:x|c", "x");

  const auto lines = sampler_.take();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].reason, "malformed_value");
  EXPECT_EQ(lines[0].line, "a:x|c");
  EXPECT_EQ(lines[0].part, "x");
  EXPECT_EQ(lines[0].transport, "udp");
  EXPECT_EQ(lines[0].sender, "192.0.2.1");
  EXPECT_THAT(sampler_.take(), IsEmpty());
}

TEST_F(RefusalSamplerTest, NamesSendersWithoutTheirPorts) {
  source_.place.value = "[2001:db8::1]:4000";
  refuse(Rejection::MalformedLine);
  source_.place = {"listener", "/run/weir:1.sock"};
  refuse(Rejection::MalformedLine);

  const auto lines = sampler_.take();
  EXPECT_EQ(lines[0].sender, "2001:db8::1");
  EXPECT_EQ(lines[1].sender, "/run/weir:1.sock");
}

TEST_F(RefusalSamplerTest, CutsTextsAndKeepsTheirBytes) {
  refuse(Rejection::MalformedLine, "\xff" + std::string(10'000, 'x'));

  const auto lines = sampler_.take();
  EXPECT_THAT(lines[0].line, SizeIs(insight::RefusedLines::kTextBytesMax));
  EXPECT_EQ(lines[0].line.front(), '\xff');
}

TEST_F(RefusalSamplerTest, KeepsAHundredASecond) {
  for (int i = 0; i < 1000; ++i) refuse(Rejection::MalformedLine);
  EXPECT_THAT(sampler_.take(), SizeIs(RefusalSampler::kPerSecond));
  now_ += 1s;
  sampler_.begin_batch(source_, now_);
  refuse(Rejection::MalformedLine);
  EXPECT_THAT(sampler_.take(), SizeIs(1));
}

TEST_F(RefusalSamplerTest, KeepsOneASecondOfABudget) {
  for (int i = 0; i < 10; ++i) refuse(DropReason::Budget);
  for (int i = 0; i < 10; ++i) refuse(OtherRefusal::Overflowed);
  refuse(Rejection::MalformedLine);

  EXPECT_THAT(sampler_.take(), SizeIs(2));
}

TEST_F(RefusalSamplerTest, HoldsABoundedNumberWhileNobodyTakesThem) {
  for (int i = 0; i < 10; ++i) {
    for (int j = 0; j < 100; ++j) refuse(Rejection::MalformedLine);
    now_ += 1s;
    sampler_.begin_batch(source_, now_);
  }
  EXPECT_THAT(sampler_.take(), SizeIs(RefusalSampler::kPerSecond));
}

TEST_F(RefusalSamplerTest, AsksForSendersAfterOneThatIsNotKnown) {
  EXPECT_FALSE(sampler_.wants_senders());
  source_.place.value = "";
  refuse(Rejection::MalformedLine);
  EXPECT_TRUE(sampler_.wants_senders());
  sampler_.begin_batch(source_, now_);
  EXPECT_FALSE(sampler_.wants_senders());
}

TEST_F(RefusalSamplerTest, HandsOnWhatTheNextWants) {
  refuse(Rejection::MalformedLine);
  EXPECT_EQ(next_.reported, 0);
  next_.wants_more = true;
  for (int i = 0; i < 200; ++i) refuse(Rejection::MalformedLine);

  EXPECT_EQ(next_.asked, 201);
  EXPECT_EQ(next_.reported, 200);
}

TEST_F(RefusalSamplerTest, WhenItIsOffItOnlyHandsOn) {
  RefusalSampler off(false, next_);
  off.begin_batch(source_, now_);
  EXPECT_FALSE(off.wants(Rejection::MalformedLine));
  EXPECT_EQ(next_.asked, 1);
  EXPECT_THAT(off.take(), IsEmpty());
}

}  // namespace
}  // namespace weir::app
