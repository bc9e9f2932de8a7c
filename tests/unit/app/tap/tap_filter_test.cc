// SPDX-License-Identifier: Apache-2.0
#include "app/tap/tap_filter.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

TapFilter filter(TapFilter::Wanted wanted) { return {std::move(wanted), statsd::Dialects{}}; }

bool takes_name(std::string name, std::string_view line) {
  const auto made = filter({.name = std::move(name), .tag = {}, .sender = {}});
  const bool is_taken = made.takes_line(line);
  // The first look never says no to what is taken.
  EXPECT_TRUE(!is_taken || !made.has_needle() || made.may_take(line)) << line;
  return is_taken;
}

bool takes_tag(std::string tag, std::string_view line) {
  const auto made = filter({.name = {}, .tag = std::move(tag), .sender = {}});
  const bool is_taken = made.takes_line(line);
  EXPECT_TRUE(!is_taken || !made.has_needle() || made.may_take(line)) << line;
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

}  // namespace
}  // namespace weir::app
