// SPDX-License-Identifier: Apache-2.0
#include "weir/influx/sample_maker.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/influx/point_parser.h"

namespace weir::influx {
namespace {

using sample::Sample;
using sample::SampleKind;
using testing::ElementsAre;
using testing::IsEmpty;

class Recorder final : public SampleVisitor {
 public:
  std::vector<std::string> samples;  // `name field kind value`
  std::vector<std::uint32_t> times;
  std::vector<std::string_view> lent;  // names that have to be there still
  std::vector<std::string> names;
  bool are_lent_intact = true;

  void on_sample(const Sample& sample) override {
    const char kind = sample.kind == SampleKind::Counter ? 'c' : 'g';
    samples.push_back(std::string(sample.name) + " " + std::string(sample.fields.all().front()) +
                      " " + kind + " " + testing::PrintToString(sample.value));
    times.push_back(sample.timestamp);
    lent.push_back(sample.name);
    names.emplace_back(sample.name);
  }
  void on_names_full() override { check_lent(); }
  void check_lent() {
    are_lent_intact = are_lent_intact && std::equal(lent.begin(), lent.end(), names.begin());
    lent.clear();
    names.clear();
  }
};

struct Made {
  Recorder recorder;
  FieldCounts counts;
};

Made make(std::string_view line) {
  PointParser parser(65'536);
  SampleMaker maker;
  Made made;
  made.counts = maker.make(*parser.parse(line, Precision::Seconds), made.recorder);
  return made;
}

std::vector<std::string> samples_of(std::string_view line) { return make(line).recorder.samples; }

TEST(SampleMaker, MakesAGaugeOfEachField) {
  EXPECT_THAT(samples_of("cpu,host=a idle=2.5,busy=t"),
              ElementsAre("cpu_idle ,host=a g 2.5", "cpu_busy ,host=a g 1"));
}

TEST(SampleMaker, LeavesTheKeyValueOutOfTheName) {
  EXPECT_THAT(samples_of("cpu value=-1"), ElementsAre("cpu , g -1"));
}

TEST(SampleMaker, TakesEscapesOutOfNames) {
  EXPECT_THAT(samples_of(R"(disk\ io read\,b=1)"), ElementsAre("disk io_read,b , g 1"));
}

TEST(SampleMaker, CountsStrings) {
  const Made made = make(R"(cpu model="x",value=1)");
  EXPECT_EQ(made.counts.samples, 1U);
  EXPECT_EQ(made.counts.texts, 1U);
}

TEST(SampleMaker, ReadsCountersAndGaugesOfMicrometer) {
  EXPECT_THAT(samples_of("jobs,a=1,metric_type=counter value=3"),
              ElementsAre("jobs ,a=1,metric_type=counter c 3"));
  EXPECT_THAT(samples_of("heap,metric_type=gauge value=-1"),
              ElementsAre("heap ,metric_type=gauge g -1"));
}

TEST(SampleMaker, ReadsTimersOfMicrometer) {
  const Made made = make("task,metric_type=histogram sum=12,count=3,mean=4,upper=6");
  EXPECT_THAT(made.recorder.samples, ElementsAre("task_sum ,metric_type=histogram c 12",
                                                 "task_count ,metric_type=histogram c 3",
                                                 "task_max ,metric_type=histogram g 6"));
  EXPECT_EQ(made.counts.derived, 1U);
}

TEST(SampleMaker, ReadsLongTaskTimersOfMicrometer) {
  EXPECT_THAT(samples_of("task,metric_type=long_task_timer active_tasks=2,duration=60000"),
              ElementsAre("task_active_count ,metric_type=long_task_timer g 2",
                          "task_duration_sum ,metric_type=long_task_timer g 60000"));
}

TEST(SampleMaker, NamesOtherFieldsOfMicrometerByTheirKeys) {
  EXPECT_THAT(samples_of("x,metric_type=counter total=3"),
              ElementsAre("x_total ,metric_type=counter g 3"));
  EXPECT_THAT(samples_of("x,metric_type=other unknown=3"),
              ElementsAre("x_unknown ,metric_type=other g 3"));
}

TEST(SampleMaker, GivesTheTimeOfThePoint) {
  EXPECT_THAT(make("m v=1").recorder.times, ElementsAre(0U));
  EXPECT_THAT(make("m v=1 1700000000").recorder.times, ElementsAre(1'700'000'000U));
  EXPECT_THAT(make("m v=1 -5").recorder.times, ElementsAre(Sample::kNoTime));
  EXPECT_THAT(make("m v=1 4294967296").recorder.times, ElementsAre(Sample::kNoTime));
}

TEST(SampleMaker, KeepsNamesUntilTheyAreFull) {
  PointParser parser(65'536);
  SampleMaker maker;
  Recorder recorder;
  for (int i = 0; i < 2000; ++i) {
    const std::string line = "measurement" + std::to_string(i) + std::string(i, 'x') + " value=1";
    maker.make(*parser.parse(line, Precision::Seconds), recorder);
  }
  recorder.check_lent();
  EXPECT_TRUE(recorder.are_lent_intact);
  EXPECT_EQ(recorder.samples.size(), 2000U);
}

}  // namespace
}  // namespace weir::influx
