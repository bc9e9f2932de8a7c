// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/traffic.h"

#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/mapping/rule_set.h"

namespace weir::insight {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

Traffic::Rules rules_for(const std::string& glob, mapping::Action action,
                         std::uint32_t generation) {
  mapping::Rule rule;
  rule.match = glob;
  rule.action = action;
  rule.name = mapping::NameTemplate::for_glob("mapped", 1);
  std::vector<mapping::Rule> rules;
  rules.push_back(std::move(rule));
  return pipeline::prepare(
      std::make_shared<mapping::RuleSet>(std::move(rules), mapping::Defaults(), true), generation);
}

class TrafficTest : public testing::Test {
 protected:
  void take(std::string_view line, std::string_view sender = "10.0.0.1", std::uint64_t weight = 1) {
    traffic_.take({line, "udp", sender, weight}, now_);
  }

  base::UnixTime now_{1h};
  Traffic traffic_{{.dialects = {}, .parser = {}, .limits = {100, 8192}, .counters = {}},
                   rules_for("mapped.*", mapping::Action::Map, 1)};
};

TEST_F(TrafficTest, CountsSendersMetricsAndUnmappedNames) {
  take("mapped.a:1|c");
  take("mapped.b:1|c");
  take("free.x,k=v:3|ms", "10.0.0.2", 10);
  take("broken", "10.0.0.2");

  const auto senders = traffic_.senders().sorted();
  ASSERT_THAT(senders, SizeIs(2));
  EXPECT_EQ(senders[0]->key, "10.0.0.2");
  EXPECT_EQ(senders[0]->seen(), 11);
  EXPECT_EQ(senders[0]->value.transport(), "udp");
  EXPECT_EQ(senders[0]->value.last_seen(), now_);
  const auto metrics = traffic_.metrics().sorted();
  ASSERT_THAT(metrics, SizeIs(2));
  EXPECT_EQ(metrics[0]->key, "free_x");
  EXPECT_EQ(metrics[0]->value.type, metrics::Type::Summary);
  EXPECT_EQ(metrics[1]->key, "mapped");
  EXPECT_EQ(metrics[1]->seen(), 2);
  const auto unmapped = traffic_.unmapped().sorted();
  ASSERT_THAT(unmapped, SizeIs(1));
  EXPECT_EQ(unmapped[0]->key, "free.x");
  EXPECT_EQ(unmapped[0]->seen(), 10);
  EXPECT_EQ(unmapped[0]->value.kind, sample::SampleKind::Timer);
  EXPECT_EQ(unmapped[0]->value.example, "free.x,k=v:3|ms");
  EXPECT_EQ(unmapped[0]->value.sender, "10.0.0.2");
  EXPECT_EQ(traffic_.lines(), 13);
  EXPECT_FALSE(traffic_.has_all_lines());
}

TEST_F(TrafficTest, WhatIsDroppedOrHasNoSeriesIsNoMetric) {
  traffic_.use_rules(rules_for("mapped.*", mapping::Action::Drop, 2));
  take("mapped.a:1|c");
  take("neg:-1|c");

  EXPECT_EQ(traffic_.metrics().size(), 0);
  EXPECT_TRUE(traffic_.has_all_lines());
}

TEST_F(TrafficTest, NewRulesFindUnmappedNamesAgain) {
  take("mapped.a:1|c");
  take("free:1|c");
  traffic_.use_rules(rules_for("free", mapping::Action::Map, 2));
  take("free:1|c");

  EXPECT_EQ(traffic_.unmapped().size(), 0);
  EXPECT_EQ(traffic_.metrics().total(), 3);
}

TEST_F(TrafficTest, BoundsWhatItKeepsOfHostileLines) {
  for (int i = 0; i < 5000; ++i) {
    take(fmt::format("n{}{}:1|c", i, std::string(4000, 'x')), fmt::format("10.0.{}", i));
  }

  EXPECT_EQ(traffic_.unmapped().size(), Traffic::kEntriesMax);
  EXPECT_EQ(traffic_.senders().size(), Traffic::kEntriesMax);
  for (const auto* entry : traffic_.unmapped().sorted()) {
    EXPECT_LE(entry->key.size(), Traffic::kNameBytesMax);
    EXPECT_LE(entry->value.example.size(), Traffic::kExampleBytesMax);
  }
}

TEST_F(TrafficTest, ANameThatWasOnlySeenIsThereAndCountsNothing) {
  take("rare:1|c", "", 0);
  take("often:1|c");
  take("often:1|c", "", 0);
  take("mapped.a:1|c", "", 0);

  const auto unmapped = traffic_.unmapped().sorted();
  ASSERT_THAT(unmapped, SizeIs(2));
  EXPECT_EQ(unmapped[0]->key, "often");
  EXPECT_EQ(unmapped[0]->seen(), 1);
  EXPECT_EQ(unmapped[0]->value.sender, "10.0.0.1");
  EXPECT_EQ(unmapped[1]->key, "rare");
  EXPECT_EQ(unmapped[1]->seen(), 0);
  EXPECT_EQ(unmapped[1]->value.example, "rare:1|c");
  EXPECT_EQ(traffic_.metrics().total(), 1);
  EXPECT_EQ(traffic_.lines(), 1);
  EXPECT_TRUE(traffic_.has_all_lines());
}

TEST_F(TrafficTest, ANameThatWasOnlySeenTakesNoOthersPlace) {
  for (std::size_t i = 0; i < Traffic::kEntriesMax; ++i) take(fmt::format("n{}:1|c", i));
  take("rare:1|c", "", 0);

  EXPECT_EQ(traffic_.unmapped().find("rare"), nullptr);
  EXPECT_EQ(traffic_.unmapped().replaced(), 0);
}

TEST_F(TrafficTest, AnUnknownSenderIsOnlyCounted) {
  take("a:1|c", "", 5);

  EXPECT_EQ(traffic_.senders().size(), 0);
  EXPECT_EQ(traffic_.lines(), 5);
}

class SilenceTest : public testing::Test {
 protected:
  // Seen each `gap`, `times` times.
  void see(std::chrono::seconds gap, int times) {
    for (int i = 0; i < times; ++i) {
      record_.see("udp", now_);
      now_ += gap;
    }
    now_ -= gap;
  }

  [[nodiscard]] bool is_silent_after(std::chrono::seconds time) const {
    return record_.is_silent(now_ + time);
  }

  base::UnixTime now_{1h};
  SenderRecord record_;
};

TEST_F(SilenceTest, IsForSendersThatWereRegular) {
  see(2s, 100);

  EXPECT_FALSE(is_silent_after(0s));
  EXPECT_FALSE(is_silent_after(60s));
  EXPECT_TRUE(is_silent_after(61s));
}

TEST_F(SilenceTest, IsNotForThoseThatHardlySend) {
  see(1s, 50);
  EXPECT_FALSE(is_silent_after(1h));

  now_ += 1h;
  see(1h, 5);
  EXPECT_FALSE(is_silent_after(1h));
}

TEST_F(SilenceTest, AllowsTenTimesTheUsualGap) {
  see(20s, 30);

  EXPECT_FALSE(is_silent_after(150s));
  EXPECT_TRUE(is_silent_after(250s));
}

TEST_F(TrafficTest, ReadsLinesOfOtherProtocols) {
  traffic_.take({"free,host=a v:1|c=1,x=2", "influx_udp", "10.0.0.1", 3, sample::Protocol::Influx},
                now_);
  traffic_.take(
      {"mapped.a 1 source=a", "wavefront_tcp", "10.0.0.2", 1, sample::Protocol::Wavefront}, now_);
  traffic_.take({"bad", "influx_udp", "10.0.0.1", 1, sample::Protocol::Influx}, now_);
  traffic_.take({"", "influx_udp", "10.0.0.1", 1, sample::Protocol::Influx}, now_);

  EXPECT_EQ(traffic_.lines(), 6U);
  const auto metrics = traffic_.metrics().sorted();
  ASSERT_THAT(metrics, SizeIs(3));
  EXPECT_EQ(metrics[0]->seen(), 3U);
  EXPECT_EQ(metrics[0]->value.type, metrics::Type::Gauge);
  EXPECT_EQ(metrics[2]->key, "mapped");
  const auto* const free = traffic_.unmapped().find("free_x");
  ASSERT_NE(free, nullptr);
  EXPECT_EQ(free->value.protocol, sample::Protocol::Influx);
  EXPECT_EQ(free->value.example, "free,host=a v:1|c=1,x=2");
  EXPECT_THAT(traffic_.unmapped().sorted(), SizeIs(2));
}

}  // namespace
}  // namespace weir::insight
