// SPDX-License-Identifier: Apache-2.0
#include "app/insight/sampler.h"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kRingBytes = 131'072;
constexpr std::uint64_t kSeed = 42;

class SamplerTest : public testing::Test {
 protected:
  // One batch of a Unix socket; true when it was looked at.
  bool receive(const std::vector<std::string_view>& datagrams,
               std::string_view listener = "/gram") {
    if (!sampler_.begin_batch(Sampler::units_of(datagrams), now_)) return false;
    sampler_.take_datagrams(datagrams, {}, "unixgram", listener);
    return true;
  }

  bool receive_stream(std::string_view bytes, std::string_view sender = "10.0.0.1") {
    if (!sampler_.begin_batch(Sampler::units_of(bytes), now_)) return false;
    sampler_.begin_lines(bytes, {"tcp", sender});
    for (std::size_t at = 0; at < bytes.size();) {
      const auto end = bytes.find('\n', at);
      sampler_.take_line(bytes.substr(at, end - at));
      at = end + 1;
    }
    sampler_.end_lines();
    return true;
  }

  // What the ring holds, as `weight line sender`.
  std::vector<std::string> picked() {
    std::vector<std::string> texts;
    while (sampler_.ring().pop([&texts](const insight::SampledLine& line) {
      texts.push_back(fmt::format("{} {} {}", line.weight, line.line, line.sender));
    })) {
    }
    return texts;
  }

  // Empties the ring into the sums of the weights by line.
  void add_up() {
    while (sampler_.ring().pop([this](const insight::SampledLine& line) {
      sums_[std::string(line.line)] += static_cast<double>(line.weight);
      ++looked_at_;
    })) {
    }
  }

  base::TimePoint now_{1h};
  Sampler sampler_{true, kRingBytes, kSeed};
  std::map<std::string, double> sums_;
  std::size_t looked_at_ = 0;
};

TEST_F(SamplerTest, TakesEveryLineOfLittleTraffic) {
  EXPECT_TRUE(receive({"a:1|c\nb:1|c\r\n", "", "c:1|c"}));
  now_ += 10ms;
  EXPECT_TRUE(receive_stream("d:1|c\n\ne:1|c\n"));

  EXPECT_THAT(picked(), ElementsAre("1 a:1|c /gram", "1 b:1|c /gram", "1 c:1|c /gram",
                                    "1 d:1|c 10.0.0.1", "1 e:1|c 10.0.0.1"));
}

TEST_F(SamplerTest, HandsOnSomeNamesThatNoRuleTakes) {
  for (int i = 0; i < 150; ++i) sampler_.on_unmapped("new:1|c");
  auto texts = picked();
  EXPECT_EQ(texts.size(), 100);
  EXPECT_EQ(texts.front(), "0 new:1|c ");
  now_ += 1s;
  receive({});
  sampler_.on_unmapped("new:1|c");
  EXPECT_EQ(picked().size(), 1);
}

TEST_F(SamplerTest, PicksNothingWhenItIsOff) {
  Sampler off(false, kRingBytes, kSeed);
  EXPECT_FALSE(off.is_next_wanted());
  EXPECT_FALSE(off.begin_batch(1, now_));
  EXPECT_FALSE(off.begin_batch(1000, now_ + 24h));
}

TEST_F(SamplerTest, TakesABatchWithoutDatagrams) {
  EXPECT_TRUE(receive({}));
  EXPECT_THAT(picked(), IsEmpty());
}

TEST_F(SamplerTest, OfALineThatIsTooLongOnlyTheSenderIsTold) {
  receive({std::string(Sampler::kLineBytesMax + 1, 'x')});
  receive_stream(std::string(Sampler::kLineBytesMax + 1, 'x') + "\n");

  EXPECT_THAT(picked(), ElementsAre("1  /gram", "1  10.0.0.1"));
}

TEST_F(SamplerTest, CountsTheLinesThatFindNoRoom) {
  const std::string line(1000, 'x');
  for (int i = 0; i < 200; ++i) {
    receive({line});
    now_ += 10ms;
  }
  EXPECT_GT(sampler_.skipped().value(), 0);
  EXPECT_EQ(picked().size() + sampler_.skipped().value(), 200);
}

TEST_F(SamplerTest, LooksAtAThousandLinesASecondAtMost) {
  for (int i = 0; i < 500'000; ++i) {
    receive({"a:1|c", "a:1|c"});
    now_ += 20us;
    if (i % 5000 == 0) add_up();
  }
  add_up();
  EXPECT_EQ(sampler_.skipped().value(), 0);
  EXPECT_LE(looked_at_, 10 * Sampler::kPerSecond + Sampler::kBurst);
  EXPECT_GE(looked_at_, 5 * Sampler::kPerSecond);
  EXPECT_NEAR(sums_["a:1|c"], 1e6, 5e4);
}

TEST_F(SamplerTest, FindsOutSoonThatTrafficHasBecomeLittle) {
  for (int i = 0; i < 200'000; ++i) {
    receive({"busy:1|c"});
    now_ += 5us;
    if (i % 5000 == 0) add_up();
  }
  add_up();
  now_ += 200ms;
  EXPECT_TRUE(receive({"quiet:1|c"}));
}

// A sender's many small batches, another's few large ones, and a stream: each is estimated right.
TEST_F(SamplerTest, FavoursNeitherSmallBatchesNorLargeOnes) {
  const std::vector<std::string_view> large(32, "large:1|c\nlarge:1|c");
  std::string bytes;
  for (int i = 0; i < 128; ++i) bytes += "stream:1|c\n";
  constexpr int kRounds = 160'000;
  for (int i = 0; i < kRounds; ++i) {
    for (int j = 0; j < 4; ++j) receive({"small:1|c"});
    receive(large);
    receive_stream(bytes);
    now_ += 100us;
    if (i % 1000 == 0) add_up();
  }
  add_up();
  EXPECT_EQ(sampler_.skipped().value(), 0);
  EXPECT_NEAR(sums_["small:1|c"] / (4.0 * kRounds), 1, 0.15);
  EXPECT_NEAR(sums_["large:1|c"] / (64.0 * kRounds), 1, 0.15);
  EXPECT_NEAR(sums_["stream:1|c"] / (128.0 * kRounds), 1, 0.15);
}

TEST_F(SamplerTest, EachLineOfABatchIsAsLikely) {
  constexpr int kBatches = 5'000;
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += fmt::format("{}\n", static_cast<char>('a' + i));
  // More than is looked at whole.
  bytes += std::string(16'384, '\n');
  for (int i = 0; i < kBatches; ++i) {
    receive_stream(bytes);
    now_ += 2ms;
    if (i % 500 == 0) add_up();
  }
  add_up();
  ASSERT_EQ(sums_.size(), 20);
  for (const auto& [line, sum] : sums_) EXPECT_NEAR(sum / kBatches, 1, 0.25) << line;
}

TEST_F(SamplerTest, SaysWhatLinesAreWrittenIn) {
  sampler_.use_protocol(sample::Protocol::Influx);
  receive_stream("cpu v=1\n");
  sampler_.on_unmapped("mem v=1");
  sampler_.use_protocol(sample::Protocol::Statsd);
  receive({"a:1|c"});

  std::vector<sample::Protocol> protocols;
  while (sampler_.ring().pop(
      [&](const insight::SampledLine& line) { protocols.push_back(line.protocol); })) {
  }
  EXPECT_THAT(protocols, ElementsAre(sample::Protocol::Influx, sample::Protocol::Influx,
                                     sample::Protocol::Statsd));
}

}  // namespace
}  // namespace weir::app
