// SPDX-License-Identifier: Apache-2.0
#include "weir/doctor/daemon_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::doctor {
namespace {

using testing::HasSubstr;

TEST(CheckDaemon, IsAnErrorOnlyWhereOneWasNamed) {
  DaemonAnswer daemon{.url = "http://a", .failure = "a:80: connection refused"};
  EXPECT_EQ(check_daemon(daemon).verdict, Verdict::Note);

  daemon.is_expected = true;
  EXPECT_EQ(check_daemon(daemon).verdict, Verdict::Error);
}

TEST(CheckDaemon, WarnsOfOneThatIsNotReady) {
  DaemonAnswer daemon{.url = "http://a", .version = "1", .uptime_seconds = 180};
  EXPECT_EQ(check_daemon(daemon).verdict, Verdict::Ok);
  EXPECT_EQ(check_daemon(daemon).found, "weir 1 at http://a, for 3 min");

  daemon.is_ready = false;
  daemon.not_ready_reason = "the state is restored";
  EXPECT_EQ(check_daemon(daemon).verdict, Verdict::Warning);
}

TEST(CheckScrapes, WarnsWhereThereWasNone) {
  const auto check = check_scrapes({.target = "a:9102"});

  EXPECT_EQ(check.verdict, Verdict::Warning);
  EXPECT_THAT(check.what_to_do, HasSubstr("['a:9102']"));
}

TEST(CheckScrapes, TellsTheLastAndHowOften) {
  Scrapes scrapes{
      .total = 60, .uptime_seconds = 900, .last_age_seconds = 12, .last_took_seconds = 0.25};
  EXPECT_EQ(check_scrapes(scrapes).verdict, Verdict::Ok);
  EXPECT_EQ(check_scrapes(scrapes).found,
            "60 scrapes, one in 15 s as a mean; the last 12 s ago, it took 0.250 s");

  scrapes.last_took_seconds = 5.1;
  EXPECT_EQ(check_scrapes(scrapes).verdict, Verdict::Warning);
}

TEST(CheckScrapes, WarnsWhereTheyHaveStopped) {
  const Scrapes scrapes{.total = 60, .uptime_seconds = 900, .last_age_seconds = 301};

  EXPECT_EQ(check_scrapes(scrapes).verdict, Verdict::Warning);
}

TEST(CheckScrapes, KnowsNoTimesWhereTheDaemonHasNone) {
  const Scrapes scrapes{.total = 60, .uptime_seconds = 900, .has_count_only = true};

  EXPECT_EQ(check_scrapes(scrapes).verdict, Verdict::Note);
}

TEST(CheckProbe, TellsWhetherALineArrived) {
  Probe probe{.listener = "udp :9125", .before = 4, .after = 5, .silent_seconds = 7};
  EXPECT_EQ(check_probe(probe).verdict, Verdict::Ok);
  EXPECT_THAT(check_probe(probe).found, HasSubstr("before that, 7 s without a line"));

  probe.after = 4;
  EXPECT_EQ(check_probe(probe).verdict, Verdict::Error);

  probe.refused = 1;
  EXPECT_EQ(check_probe(probe).verdict, Verdict::Warning);
  EXPECT_THAT(check_probe(probe).what_to_do, HasSubstr("--statsd.allow-from"));

  probe.send_error = "no route to host";
  EXPECT_THAT(check_probe(probe).found, HasSubstr("no route to host"));
}

TEST(CheckMapping, TellsWhetherItLoads) {
  MappingFile file;
  EXPECT_EQ(check_mapping(file).verdict, Verdict::Ok);
  file.path = "m.yml";
  EXPECT_EQ(check_mapping(file).verdict, Verdict::Ok);
  file.warnings = 2;
  EXPECT_EQ(check_mapping(file).verdict, Verdict::Warning);
  file.error = "line 3: no such key";
  EXPECT_EQ(check_mapping(file).verdict, Verdict::Error);
}

TEST(CheckStateFile, IsAnErrorWhereItCannotBeWritten) {
  EXPECT_EQ(check_state_file({}).verdict, Verdict::Ok);
  EXPECT_EQ(check_state_file({.path = "/s"}).verdict, Verdict::Ok);
  EXPECT_EQ(check_state_file({.path = "/s", .error = "permission denied"}).verdict, Verdict::Error);
}

}  // namespace
}  // namespace weir::doctor
