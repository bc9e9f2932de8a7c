// SPDX-License-Identifier: Apache-2.0
#include "app/tap/tap_filter.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

constexpr auto kStatsd = sample::Protocol::Statsd;
constexpr auto kInflux = sample::Protocol::Influx;
constexpr auto kWavefront = sample::Protocol::Wavefront;

TapFilter filter(TapFilter::Wanted wanted) { return {std::move(wanted), statsd::Dialects{}}; }

bool takes_name(std::string name, std::string_view line) {
  const auto made = filter({.name = std::move(name), .tag = {}, .sender = {}});
  const bool is_taken = made.takes_line(line);
  // The first look never says no to what is taken.
  EXPECT_TRUE(!is_taken || !made.has_needle(kStatsd) || made.may_take(kStatsd, line)) << line;
  return is_taken;
}

bool takes_tag(std::string tag, std::string_view line) {
  const auto made = filter({.name = {}, .tag = std::move(tag), .sender = {}});
  const bool is_taken = made.takes_line(line);
  EXPECT_TRUE(!is_taken || !made.has_needle(kStatsd) || made.may_take(kStatsd, line)) << line;
  return is_taken;
}

bool takes_foreign(sample::Protocol protocol, std::string name, std::string tag,
                   std::string_view line) {
  const auto made = filter({.name = std::move(name), .tag = std::move(tag), .sender = {}});
  insight::ForeignReader reader;
  const bool is_taken = made.takes_foreign_line(protocol, line, reader);
  EXPECT_TRUE(!is_taken || !made.has_needle(protocol) || made.may_take(protocol, line)) << line;
  return is_taken;
}

bool takes_sender(std::string wanted, std::string_view sender, std::string_view listener = {}) {
  return filter({.name = {}, .tag = {}, .sender = std::move(wanted)})
      .takes_sender(sender, listener);
}

TEST(Glob, MatchesAllOfATextOrNothing) {
  EXPECT_TRUE(matches_glob("a.b", "a.b"));
  EXPECT_FALSE(matches_glob("a.b", "a.b.c"));
  EXPECT_FALSE(matches_glob("a.b", "a"));
  EXPECT_TRUE(matches_glob("a.*", "a.b.c"));
  EXPECT_TRUE(matches_glob("*.c", "a.b.c"));
  EXPECT_TRUE(matches_glob("a*b*c", "a.bb.c"));
  EXPECT_FALSE(matches_glob("a*b*c", "a.c.b"));
  EXPECT_TRUE(matches_glob("a?c", "abc"));
  EXPECT_FALSE(matches_glob("a?c", "ac"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("**", "a"));
  EXPECT_FALSE(matches_glob("", "a"));
}

TEST(Glob, TakesItsTimeEvenWhereItIsHostile) {
  std::string glob;
  for (int i = 0; i < 100; ++i) glob += "*a";

  EXPECT_FALSE(matches_glob(glob + "b", std::string(10'000, 'a')));
}

TEST(TapFilter, TakesNamesWithoutTheirTags) {
  EXPECT_TRUE(takes_name("shop.*", "shop.orders:1|c"));
  EXPECT_FALSE(takes_name("shop.*", "other.shop.x:1|c"));
  EXPECT_TRUE(takes_name("shop.orders", "shop.orders,city=bonn:1|c"));
  EXPECT_TRUE(takes_name("shop.orders", "shop.orders#city=bonn:1|c"));
  EXPECT_TRUE(takes_name("shop.orders", "shop[city=bonn].orders:1|c"));
  EXPECT_TRUE(takes_name("shop.orders", "shop.orders:1|c|#city:bonn"));
  EXPECT_FALSE(takes_name("city*", "shop.orders:1|c|#city:bonn"));
  EXPECT_TRUE(takes_name("", "anything"));
}

TEST(TapFilter, TakesTagsOfEveryDialect) {
  for (const std::string_view line :
       {"a:1|c|#x:y,city:bonn", "a,city=bonn:1|c", "a#x=y,city=bonn:1|c", "a[city=bonn]b:1|c",
        "a:1|c|@0.1|#city:bonn", "a:1|ms|#city:bonn|c:id"}) {
    EXPECT_TRUE(takes_tag("city", line)) << line;
    EXPECT_TRUE(takes_tag("city:bonn", line)) << line;
    EXPECT_TRUE(takes_tag("city:b*", line)) << line;
    EXPECT_FALSE(takes_tag("city:bo", line)) << line;
    EXPECT_FALSE(takes_tag("bonn", line)) << line;
  }
  EXPECT_FALSE(takes_tag("city", "city:1|c"));
  EXPECT_TRUE(takes_tag("city:", "a:1|c|#city:"));
}

TEST(TapFilter, ReadsNoDialectThatIsOff) {
  const TapFilter off({.name = {}, .tag = "k:v", .sender = {}},
                      {.dogstatsd = false, .influxdb = false, .librato = false, .signalfx = false});

  EXPECT_FALSE(off.takes_line("a:1|c|#k:v"));
  EXPECT_FALSE(off.takes_line("a,k=v:1|c"));
}

TEST(TapFilter, TakesSendersWithOrWithoutTheirPort) {
  EXPECT_TRUE(takes_sender("10.0.0.1", "10.0.0.1:4000"));
  EXPECT_TRUE(takes_sender("10.0.0.1:4000", "10.0.0.1:4000"));
  EXPECT_FALSE(takes_sender("10.0.0.1:4001", "10.0.0.1:4000"));
  EXPECT_FALSE(takes_sender("10.0.0.1", "10.0.0.11:4000"));
  EXPECT_TRUE(takes_sender("fd00::1", "[fd00::1]:4000"));
  EXPECT_TRUE(takes_sender("[fd00::1]", "[fd00::1]:4000"));
  EXPECT_TRUE(takes_sender("[fd00::1]:4000", "[fd00::1]:4000"));
  EXPECT_FALSE(takes_sender("[fd00::1]:4001", "[fd00::1]:4000"));
  EXPECT_FALSE(takes_sender("10.0.0.1", ""));
  EXPECT_TRUE(takes_sender("/run/weir.sock", "", "/run/weir.sock"));
  EXPECT_FALSE(takes_sender("/run/weir.sock", "10.0.0.1:4000"));
  EXPECT_TRUE(takes_sender("", "10.0.0.1:4000"));
}

TEST(TapFilter, KnowsWhatCanBeASender) {
  EXPECT_TRUE(TapFilter::is_sender("::1"));
  EXPECT_TRUE(TapFilter::is_sender("@weir"));
  EXPECT_FALSE(TapFilter::is_sender("localhost"));
  EXPECT_FALSE(TapFilter::is_sender("10.0.0"));
  EXPECT_FALSE(TapFilter::is_sender("["));
}

TEST(TapFilter, TakesLinesOfInfluxByTheNamesAndTagsOfTheirSamples) {
  constexpr std::string_view kLine = R"(cpu\ x,host=a\ b usage_idle=1,value=2 17)";
  EXPECT_TRUE(takes_foreign(kInflux, "", "", kLine));
  EXPECT_TRUE(takes_foreign(kInflux, "cpu x", "", kLine));
  EXPECT_TRUE(takes_foreign(kInflux, "cpu x_usage_*", "", kLine));
  EXPECT_TRUE(takes_foreign(kInflux, "*x_usage*", "host:a b", kLine));
  EXPECT_FALSE(takes_foreign(kInflux, "cpu", "", kLine));
  EXPECT_TRUE(takes_foreign(kInflux, "", "host", kLine));
  EXPECT_FALSE(takes_foreign(kInflux, "", "host:b", kLine));
  EXPECT_FALSE(takes_foreign(kInflux, "", "cpu", kLine));
}

// They are not among what was sent.
TEST(TapFilter, TakesLinesByWordsThatAreMadeOfThem) {
  constexpr std::string_view kTimer = "t,metric_type=histogram sum=1,count=2,upper=3";
  EXPECT_TRUE(takes_foreign(kInflux, "t_max", "", kTimer));
  EXPECT_TRUE(takes_foreign(kInflux, "*ax", "", kTimer));
  constexpr std::string_view kTask = "t,metric_type=long_task_timer active_tasks=1,duration=2";
  EXPECT_TRUE(takes_foreign(kInflux, "t_active_count", "", kTask));
  EXPECT_TRUE(takes_foreign(kInflux, "*_sum", "", kTask));
  EXPECT_TRUE(takes_foreign(kWavefront, "", "source:h", "a 1 host=h"));
}

TEST(TapFilter, TakesLinesOfWavefront) {
  constexpr std::string_view kLine = R"("a.b-c" 1 source=h "k"="say \"x\"")";
  EXPECT_TRUE(takes_foreign(kWavefront, "a.b*", "", kLine));
  EXPECT_TRUE(takes_foreign(kWavefront, "", R"(k:*"x")", kLine));
  EXPECT_FALSE(takes_foreign(kWavefront, "b*", "", kLine));
  EXPECT_FALSE(takes_foreign(kWavefront, "", "k:say", kLine));
}

TEST(TapFilter, TakesLinesThatCannotBeReadByTheirBeginning) {
  EXPECT_TRUE(takes_foreign(kInflux, "cpu", "", "cpu,host"));
  EXPECT_TRUE(takes_foreign(kWavefront, "c*u", "", "cpu x"));
  EXPECT_FALSE(takes_foreign(kInflux, "cp", "", "cpu,host"));
  EXPECT_FALSE(takes_foreign(kInflux, "cpu", "host", "cpu,host=a"));
}

}  // namespace
}  // namespace weir::app
