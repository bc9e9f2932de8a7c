// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/scrape.h"

#include <map>
#include <optional>
#include <random>
#include <set>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Scrape, VisitsFamiliesByName) {
  StoreHarness bench;
  bench.admit("b", Type::Gauge);
  bench.admit("a", Type::Counter);

  EXPECT_THAT(bench.scrape(), ElementsAre("counter a 'help'", "{} 0", "gauge b 'help'", "{} 0"));
}

TEST(Scrape, VisitsSeriesByLabelCountThenByValues) {
  StoreHarness bench;
  bench.admit("a", Type::Gauge, R"(x="2",y="1")", "x,y");
  bench.admit("a", Type::Gauge, R"(z="3")", "z");
  bench.admit("a", Type::Gauge, R"(x="1",y="2")", "x,y");
  bench.admit("a", Type::Gauge);

  EXPECT_THAT(bench.scrape(), ElementsAre("gauge a 'help'", "{} 0", R"({z="3"} 0)",
                                          R"({x="1",y="2"} 0)", R"({x="2",y="1"} 0)"));
}

TEST(Scrape, CountsLabelsWithCommasInTheirNames) {
  StoreHarness bench;
  bench.admit("a", Type::Gauge, R"("x,y,z"="2")", R"("x,y,z")");
  bench.admit("a", Type::Gauge, R"("a=\""="0",b="1")", R"("a=\"",b)");
  bench.admit("a", Type::Gauge, R"(a="0","b,"="0")", R"(a,"b,")");

  EXPECT_THAT(bench.scrape(), ElementsAre("gauge a 'help'", R"({"x,y,z"="2"} 0)",
                                          R"({a="0","b,"="0"} 0)", R"({"a=\""="0",b="1"} 0)"));
}

TEST(Scrape, ComparesValuesAsTheyAreNotAsTheyAreEscaped) {
  StoreHarness bench;
  bench.admit("a", Type::Gauge, R"(x="\n")", "x");
  bench.admit("a", Type::Gauge, R"(x="!")", "x");
  bench.admit("a", Type::Gauge, R"(x="\"")", "x");
  bench.admit("a", Type::Gauge, R"(x="!!")", "x");

  EXPECT_THAT(bench.scrape(), ElementsAre("gauge a 'help'", R"({x="\n"} 0)", R"({x="!"} 0)",
                                          R"({x="!!"} 0)", R"({x="\""} 0)"));
}

TEST(Scrape, PutsTheLabelNamesThatWereSeenFirstFirstWhereValuesAreEqual) {
  StoreHarness bench;
  bench.admit("a", Type::Gauge, R"(c="1")", "c");
  bench.admit("a", Type::Gauge, R"(a="1")", "a");
  bench.scrape();
  bench.admit("a", Type::Gauge, R"(b="1")", "b");
  bench.admit("a", Type::Gauge, R"(a="0")", "a");

  EXPECT_THAT(bench.scrape(), ElementsAre("gauge a 'help'", R"({a="0"} 0)", R"({c="1"} 0)",
                                          R"({a="1"} 0)", R"({b="1"} 0)"));
}

TEST(Scrape, PutsLabelNamesThatComeBackWhereTheyWere) {
  StoreHarness bench;
  bench.admit("a", Type::Gauge, R"(c="1")", "c", std::chrono::seconds(1));
  bench.admit("a", Type::Gauge, R"(a="1")", "a");
  bench.now += std::chrono::seconds(3);
  bench.expire();

  bench.admit("a", Type::Gauge, R"(c="1")", "c");

  EXPECT_THAT(bench.scrape(), ElementsAre("gauge a 'help'", R"({c="1"} 0)", R"({a="1"} 0)"));
}

TEST(Scrape, PutsNewcomersWhereTheyBelong) {
  StoreHarness bench;
  bench.count("m", "2", 2);
  bench.count("m", "4", 4);
  bench.scrape();

  bench.count("m", "3", 3);
  bench.count("m", "1", 1);
  bench.count("m", "5", 5);
  bench.count("k", "9", 9);

  EXPECT_THAT(bench.scrape(),
              ElementsAre("counter k 'help'", R"({a="9"} 9)", "counter m 'help'", R"({a="1"} 1)",
                          R"({a="2"} 2)", R"({a="3"} 3)", R"({a="4"} 4)", R"({a="5"} 5)"));
}

TEST(Scrape, VisitsASeriesThatIsAloneEachTimeAndThenBesideOthers) {
  StoreHarness bench;
  bench.count("m", "2", 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(bench.scrape(), ElementsAre("counter m 'help'", R"({a="2"} 2)"));
  }

  bench.count("m", "1", 1);

  EXPECT_THAT(bench.scrape(), ElementsAre("counter m 'help'", R"({a="1"} 1)", R"({a="2"} 2)"));
}

TEST(Scrape, ForgetsASeriesThatWasAlone) {
  StoreHarness bench;
  bench.count("m", "1", 1, std::chrono::seconds(1));
  bench.scrape();
  bench.now += std::chrono::seconds(3);
  bench.expire();
  EXPECT_THAT(bench.scrape(), IsEmpty());

  bench.count("m", "2", 2);

  EXPECT_THAT(bench.scrape(), ElementsAre("counter m 'help'", R"({a="2"} 2)"));
}

TEST(Scrape, TakesOnlyTheNamesAskedFor) {
  StoreHarness bench;
  bench.count("m", "1", 1);
  bench.count("n", "1", 1);

  EXPECT_THAT(bench.scrape(only({"n"})), ElementsAre("counter n 'help'", R"({a="1"} 1)"));
  EXPECT_THAT(bench.scrape(only({""})), IsEmpty());
}

TEST(Scrape, MergesTheDaemonsOwnFamiliesByName) {
  StoreHarness bench;
  bench.count("b", "1", 1);
  Transcript transcript;
  std::vector<SelfFamily> families;
  families.push_back({"c", "own", Type::Gauge, {{"", 3}}});
  families.push_back({"a", "own", Type::Counter, {{R"(k="v")", 2}}});
  families.push_back({"aa", "without samples", Type::Counter, {}});

  Scrape pass(bench.store, std::move(families), {});
  while (pass.advance(transcript, bench.now, 1)) {
  }

  EXPECT_THAT(transcript.lines, ElementsAre("counter a 'own'", R"({k="v"} 2)", "counter b 'help'",
                                            R"({a="1"} 1)", "gauge c 'own'", "{} 3"));
}

TEST(Scrape, GoesOnWhereItStoppedWhenSeriesAreAdded) {
  StoreHarness bench;
  for (const auto* value : {"2", "4", "6"}) bench.count("m", value, 1);
  Transcript transcript;
  Scrape pass(bench.store, {}, {});
  pass.advance(transcript, bench.now, 2);

  bench.count("m", "1", 1);
  bench.scrape();
  while (pass.advance(transcript, bench.now, 1)) {
  }

  EXPECT_THAT(transcript.lines,
              ElementsAre("counter m 'help'", R"({a="2"} 1)", R"({a="4"} 1)", R"({a="6"} 1)"));
}

// Series of two families that come, go and are kept in a model; values have a fixed number of
// digits.
struct Comings {
  StoreHarness bench;
  std::mt19937 random{7};
  std::map<std::string, std::set<std::string>> lasting;
  std::map<std::string, std::set<std::string>> passing;

  void add(const std::string& family, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string value = std::to_string(100'000 + random() % 900'000);
      const bool is_lasting = random() % 2 == 0;
      if (lasting[family].contains(value) || passing[family].contains(value)) continue;
      (is_lasting ? lasting : passing)[family].insert(value);
      bench.count(family, value, 1, std::chrono::seconds(is_lasting ? 0 : 1));
    }
  }
  void expire() {
    bench.now += std::chrono::seconds(3);
    bench.expire();
    passing.clear();
  }
  [[nodiscard]] std::vector<std::string> expected() const {
    auto all = lasting;
    for (const auto& [family, values] : passing) all[family].insert(values.begin(), values.end());
    std::vector<std::string> lines;
    for (const auto& [family, values] : all) {
      if (values.empty()) continue;
      lines.push_back("counter " + family + " 'help'");
      for (const auto& value : values) lines.push_back("{a=\"" + value + "\"} 1");
    }
    return lines;
  }
};

// Whether the lines are those of a family whose values ascend, `values` among them, and others.
bool is_ascending_with(const std::set<std::string>& values, const std::vector<std::string>& lines) {
  std::vector<std::string> seen;
  for (const auto& line : std::span(lines).subspan(1)) {
    if (!line.starts_with("{a=")) break;
    seen.push_back(line.substr(4, 6));
  }
  const bool is_ascending =
      std::ranges::adjacent_find(seen, std::ranges::greater_equal()) == seen.end();
  return is_ascending && std::ranges::includes(seen, values);
}

// Of few series and of many, of which the newcomers are more or fewer than those before, while
// another scrape is under way or not.
TEST(Scrape, KeepsTheOrderWhateverComesAndGoes) {
  for (const int at_once : {1, 20, 45, 150}) {
    Comings of;
    std::optional<Scrape> under_way;
    Transcript seen;
    std::set<std::string> before;
    for (int round = 0; round < 12; ++round) {
      of.add("f", at_once);
      of.add("g", round % 3);
      if (round % 4 == 1) {
        before = of.lasting["f"];
        seen = {};
        under_way.emplace(of.bench.store, std::vector<SelfFamily>(), nullptr);
        under_way->advance(seen, of.bench.now, 3);
      }
      if (round % 5 == 4) of.expire();
      ASSERT_EQ(of.bench.scrape(), of.expected()) << at_once << " at once, round " << round;
      if (round % 4 != 2) continue;
      while (under_way->advance(seen, of.bench.now, 7)) {
      }
      EXPECT_TRUE(is_ascending_with(before, seen.lines)) << at_once << " at once, round " << round;
      under_way.reset();
    }
  }
}

TEST(Scrape, VisitsAFamilyOfItsOwnInSlices) {
  StoreHarness bench;
  std::vector<SelfFamily> families;
  families.push_back({"a", "own", Type::Counter, {}});
  for (int i = 0; i < 10; ++i) families[0].samples.push_back({"", 1});
  Transcript transcript;
  Scrape pass(bench.store, std::move(families), {});

  EXPECT_TRUE(pass.advance(transcript, bench.now, 4));

  EXPECT_EQ(transcript.lines.size(), 1 + 4U);
}

TEST(Scrape, ReadsEveryType) {
  StoreHarness bench;
  static_cast<GaugeSeries*>(bench.admit("g", Type::Gauge).header)->set(-4);
  static_cast<SummarySeries*>(bench.admit("s", Type::Summary).header)
      ->summary()
      .observe(1, 3, bench.now);
  static_cast<HistogramSeries*>(bench.admit("h", Type::Histogram).header)->observe(2, 5);

  EXPECT_THAT(bench.scrape(), ElementsAre("gauge g 'help'", "{} -4", "histogram h 'help'",
                                          "{} 0,5,0,", "summary s 'help'", "{} count=3"));
}

TEST(Scrape, ReadsNativeBucketsWhereTheDefinitionHasThem) {
  StoreHarness bench;
  Definition definition = StoreHarness::of(Type::Histogram);
  definition.native = {3, 256};
  auto* histogram = static_cast<HistogramSeries*>(bench.admit("h", definition).header);
  histogram->observe(1, 2);
  histogram->observe(1000, 1);

  EXPECT_THAT(bench.scrape(), ElementsAre("histogram h 'help'", "{} 2,0,1, native 2 1"));
}

TEST(Scrape, TellsTheEndOfEachFamilyThatItBegan) {
  StoreHarness bench;
  bench.count("m", "1", 1);
  bench.count("n", "1", 1);
  bench.count("n", "2", 1);
  Transcript transcript;
  std::vector<SelfFamily> families;
  families.push_back({"a", "own", Type::Counter, {{"", 2}, {"k=\"v\"", 2}}});
  families.push_back({"b", "without samples", Type::Counter, {}});
  Scrape pass(bench.store, std::move(families), {});

  std::vector<std::size_t> ended;
  while (pass.advance(transcript, bench.now, 1)) ended.push_back(transcript.families_ended);

  EXPECT_THAT(ended, ElementsAre(0, 1, 1, 2, 2, 3));
}

TEST(Scrape, TellsItsEndOnce) {
  StoreHarness bench;
  bench.count("m", "1", 1);
  Transcript transcript;
  Scrape pass(bench.store, {}, {});
  while (pass.advance(transcript, bench.now, 1)) EXPECT_EQ(transcript.ended, 0U);

  EXPECT_EQ(transcript.ended, 1U);
  EXPECT_FALSE(pass.advance(transcript, bench.now, 1));
  EXPECT_EQ(transcript.ended, 1U);
}

class Units final : public ReadingVisitor {
 public:
  void on_family(const FamilyReading& family) override {
    all.push_back(std::string(family.name) + " " + std::string(family.unit));
  }
  void on_series(const SeriesReading&) override {}
  void on_family_end() override {}
  std::vector<std::string> all;
};

TEST(Scrape, TellsTheUnitOfTheFirstRequest) {
  StoreHarness bench;
  const Definition gauge = StoreHarness::of(Type::Gauge);
  SeriesRequest request;
  request.name = "a";
  request.definition = &gauge;
  request.unit = "bytes";
  bench.store.admit(request, bench.now);
  request.unit = "seconds";
  request.labels = "l=\"v\"";
  request.label_names = "l";
  bench.store.admit(request, bench.now);
  bench.admit("b", Type::Gauge);
  Units units;
  std::vector<SelfFamily> own;
  own.push_back({"c", "own", Type::Gauge, {{"", 3}}, "ratio"});

  Scrape pass(bench.store, std::move(own), {});
  while (pass.advance(units, bench.now, 1)) {
  }

  EXPECT_THAT(units.all, ElementsAre("a bytes", "b ", "c ratio"));
}

TEST(Scrape, TellsTheUnitThatAReloadChanged) {
  StoreHarness bench;
  const Definition gauge = StoreHarness::of(Type::Gauge);
  SeriesRequest request;
  request.name = "a";
  request.definition = &gauge;
  request.source = {7, 1, nullptr};
  bench.store.admit(request, bench.now);
  request.unit = "bytes";
  request.source.generation = 2;
  bench.store.admit(request, bench.now);
  Units units;

  Scrape pass(bench.store, {}, {});
  while (pass.advance(units, bench.now, 1)) {
  }

  EXPECT_THAT(units.all, ElementsAre("a bytes"));
}

class CreatedTimes final : public ReadingVisitor {
 public:
  void on_family(const FamilyReading&) override {}
  void on_series(const SeriesReading& series) override { all.push_back(series.created); }
  void on_family_end() override {}
  std::vector<base::UnixTime> all;
};

TEST(Scrape, TellsWhenASeriesWasMade) {
  StoreHarness bench;
  bench.now += std::chrono::milliseconds(12'300);
  bench.count("m", "1", 1);
  bench.now += std::chrono::milliseconds(150);
  bench.count("m", "2", 1);
  std::vector<SelfFamily> families;
  families.push_back({"a", "own", Type::Counter, {{"", 2}}});
  CreatedTimes created;

  Scrape pass(bench.store, std::move(families), {});
  while (pass.advance(created, bench.now, 1)) {
  }

  EXPECT_THAT(created.all,
              ElementsAre(bench.unix_start, bench.unix_start + std::chrono::milliseconds(12'300),
                          bench.unix_start + std::chrono::milliseconds(12'400)));
}

}  // namespace
}  // namespace weir::metrics
