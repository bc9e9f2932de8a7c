// SPDX-License-Identifier: Apache-2.0
#include "weir/wavefront/sample_maker.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/sample/tag_list.h"
#include "weir/wavefront/line_parser.h"

namespace weir::wavefront {
namespace {

using sample::Sample;
using testing::ElementsAre;

char letter_of(const Sample& sample) {
  switch (sample.kind) {
    case sample::SampleKind::Counter: return sample.is_total ? 't' : 'c';
    case sample::SampleKind::Gauge: return 'g';
    default: return 'd';
  }
}

class Recorder final : public SampleVisitor {
 public:
  std::vector<std::string> samples;  // `name{key=value;} kind value xweight`
  std::vector<std::uint32_t> times;
  std::vector<std::string_view> lent;  // names that have to be there still
  std::vector<std::string> names;
  bool are_lent_intact = true;

  void on_sample(const Sample& sample) override {
    std::string shown = std::string(sample.name) + "{";
    sample::for_each_tag(sample.fields.all().front(),
                         [&](std::string_view key, std::string_view value) {
                           shown += std::string(key) + "=" + std::string(value) + ";";
                         });
    shown += std::string("} ") + letter_of(sample) + " " + testing::PrintToString(sample.value);
    if (sample.weight != 1) shown += " x" + std::to_string(sample.weight);
    samples.push_back(shown);
    times.push_back(sample.timestamp);
    lent.push_back(sample.name);
    names.emplace_back(sample.name);
  }
  void on_texts_full() override { check_lent(); }
  void check_lent() {
    are_lent_intact = are_lent_intact && std::ranges::equal(lent, names);
    lent.clear();
    names.clear();
  }
};

struct Made {
  Recorder recorder;
  std::uint64_t events = 0;
};

Made make(std::string_view line) {
  LineParser parser(1'000'000);
  SampleMaker maker;
  Made made;
  made.events = maker.make(*parser.parse(line), made.recorder);
  return made;
}

std::vector<std::string> samples_of(std::string_view line) { return make(line).recorder.samples; }

TEST(WavefrontSampleMaker, MakesAGaugeOfAMetric) {
  EXPECT_THAT(samples_of(R"("a.b" -1.5 source="h" "k"="x \"y\"")"),
              ElementsAre(R"(a.b{source=h;k=x "y";} g -1.5)"));
  EXPECT_THAT(samples_of("a 1"), ElementsAre("a{} g 1"));
}

TEST(WavefrontSampleMaker, SetsCountersToWhatMicrometerCounts) {
  EXPECT_THAT(samples_of("a 1 statistic=count"), ElementsAre("a{statistic=count;} t 1"));
  EXPECT_THAT(samples_of("a 1 statistic=total"), ElementsAre("a{statistic=total;} t 1"));
  EXPECT_THAT(samples_of("a 1 statistic=value"), ElementsAre("a{statistic=value;} g 1"));
  EXPECT_THAT(samples_of("a 1 kind=count"), ElementsAre("a{kind=count;} g 1"));
}

TEST(WavefrontSampleMaker, AddsDeltasToCounters) {
  EXPECT_THAT(samples_of("\xE2\x88\x86"
                         "a 2 statistic=count"),
              ElementsAre("a{statistic=count;} c 2"));
}

TEST(WavefrontSampleMaker, ObservesEachCentroid) {
  const Made made = make("!M #20 30 #1 5 a k=v");
  EXPECT_THAT(made.recorder.samples, ElementsAre("a{k=v;} d 30 x20", "a{k=v;} d 5"));
  EXPECT_EQ(made.events, 21U);
}

TEST(WavefrontSampleMaker, TakesTheHostForTheSourceWhereThereIsNone) {
  EXPECT_THAT(samples_of("a 1 host=h"), ElementsAre("a{source=h;} g 1"));
  EXPECT_THAT(samples_of("a 1 host=h source=s"), ElementsAre("a{host=h;source=s;} g 1"));
}

TEST(WavefrontSampleMaker, LeavesOutTagsWithoutAValue) {
  EXPECT_THAT(samples_of(R"(a 1 k="" b=c)"), ElementsAre("a{b=c;} g 1"));
}

TEST(WavefrontSampleMaker, GivesTheTimeOfTheLine) {
  EXPECT_THAT(make("m 1").recorder.times, ElementsAre(0U));
  EXPECT_THAT(make("m 1 1700000000123").recorder.times, ElementsAre(1'700'000'000U));
  EXPECT_THAT(make("m 1 0").recorder.times, ElementsAre(Sample::kNoTime));
  EXPECT_THAT(make("m 1 4294967295").recorder.times, ElementsAre(Sample::kNoTime));
}

TEST(WavefrontSampleMaker, KeepsTextsUntilTheyAreFull) {
  LineParser parser(1);
  SampleMaker maker;
  Recorder recorder;
  for (int i = 0; i < 2000; ++i) {
    const std::string line = "m" + std::to_string(i) + std::string(i, 'x') + " 1 k=v";
    maker.make(*parser.parse(line), recorder);
  }
  recorder.check_lent();
  EXPECT_TRUE(recorder.are_lent_intact);
  EXPECT_EQ(recorder.samples.size(), 2000U);
}

}  // namespace
}  // namespace weir::wavefront
