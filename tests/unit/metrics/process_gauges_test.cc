// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

using testing::ElementsAre;

// The daemon's own gauge of this name, and what other processes sent.
std::vector<SelfFamily> own_gauge() { return {{"process_self", "own", Type::Gauge, {{"", 3}}}}; }

TEST(ProcessGauges, JoinTheDaemonsOwnWithLabels) {
  StoreHarness bench;

  EXPECT_EQ(bench.admit("process_self", Type::Gauge).admitted, Admitted::Conflict);
  EXPECT_EQ(bench.admit("process_self", Type::Gauge, R"(a="1")", "a").admitted, Admitted::Own);
  EXPECT_EQ(bench.admit("process_self", Type::Gauge, R"(a="2")", "a").admitted, Admitted::Own);

  EXPECT_EQ(bench.admit("process_self", Type::Gauge).admitted, Admitted::Conflict);
}

TEST(ProcessGauges, AreNamedAsTheObstacleOfOneWithoutLabels) {
  StoreHarness bench;
  const auto gauge = StoreHarness::of(Type::Gauge);
  EXPECT_EQ(bench.store.obstacle("process_self", gauge, false)->name, "process_self");
  EXPECT_FALSE(bench.store.obstacle("process_self", gauge, true));

  bench.admit("process_self", Type::Gauge, R"(a="1")", "a");

  EXPECT_EQ(bench.store.obstacle("process_self", gauge, false)->name, "process_self");
  EXPECT_FALSE(bench.store.obstacle("process_self", gauge, true));
}

TEST(ProcessGauges, AreForeseenAsTheyAreAdmitted) {
  StoreHarness bench;
  const auto gauge = StoreHarness::of(Type::Gauge);
  SeriesRequest request;
  request.name = "process_self";
  request.definition = &gauge;
  EXPECT_EQ(bench.store.preview(request).admitted, Admitted::Conflict);
  bench.admit("process_self", Type::Gauge, R"(a="1")", "a");
  EXPECT_EQ(bench.store.preview(request).admitted, Admitted::Conflict);

  request.labels = R"(a="2")";
  request.label_names = "a";

  EXPECT_EQ(bench.store.preview(request).admitted, Admitted::Own);
}

TEST(ProcessGauges, AreAllThatJoins) {
  StoreHarness bench;
  for (const auto type : {Type::Counter, Type::Summary, Type::Histogram}) {
    EXPECT_EQ(bench.admit("process_self", type, R"(a="1")", "a").admitted, Admitted::Conflict);
  }
  for (const auto* name : {"process_self_total", "self_total", "process.self"}) {
    EXPECT_EQ(bench.admit(name, Type::Gauge, R"(a="1")", "a").admitted, Admitted::Conflict) << name;
  }
}

TEST(ProcessGauges, AreInTheDaemonsOwnFamily) {
  StoreHarness bench;
  bench.admit("process_self", Type::Gauge, R"(a="2")", "a");
  bench.admit("process_self", Type::Gauge, R"(a="1")", "a");
  bench.admit("q", Type::Gauge);
  for (const std::size_t slice : {1, 2, 3, 100}) {
    Transcript transcript;
    Scrape pass(bench.store, own_gauge(), {});
    while (pass.advance(transcript, bench.now, slice)) {
    }

    EXPECT_THAT(transcript.lines, ElementsAre("gauge process_self 'own'", "{} 3", R"({a="1"} 0)",
                                              R"({a="2"} 0)", "gauge q 'help'", "{} 0"));
    EXPECT_EQ(transcript.families_ended, 2);
    EXPECT_EQ(transcript.ended, 1);
  }
}

TEST(ProcessGauges, LeaveTheDaemonsOwnWhenTheyAreGone) {
  StoreHarness bench;
  bench.admit("process_self", Type::Gauge, R"(a="1")", "a", std::chrono::seconds(1));
  Transcript transcript;
  Scrape pass(bench.store, own_gauge(), {});
  EXPECT_TRUE(pass.advance(transcript, bench.now, 1));

  bench.now += std::chrono::seconds(3);
  bench.expire();
  while (pass.advance(transcript, bench.now, 1)) {
  }

  EXPECT_THAT(transcript.lines, ElementsAre("gauge process_self 'own'", "{} 3"));
  EXPECT_EQ(transcript.families_ended, 1);
}

}  // namespace
}  // namespace weir::metrics
