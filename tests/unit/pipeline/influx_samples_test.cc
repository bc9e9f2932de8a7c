// SPDX-License-Identifier: Apache-2.0
// Samples that came as points of InfluxDB, through the pipeline of StatsD's.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "pipeline_harness.h"
#include "weir/influx/point_parser.h"
#include "weir/influx/sample_maker.h"

namespace weir::pipeline {
namespace {

class Sender final : public influx::SampleVisitor {
 public:
  explicit Sender(PipelineHarness& harness) : batch_(harness.pipeline, harness.now) {}

  void send(std::string_view line) {
    line_ = line;
    const auto point = parser_.parse(line, influx::Precision::Seconds);
    ASSERT_TRUE(point.has_value()) << line;
    maker_.make(*point, *this);
  }
  void on_sample(const sample::Sample& sample) override { batch_.add(sample, line_); }
  void on_names_full() override { batch_.flush(); }

 private:
  influx::PointParser parser_{65'536};
  influx::SampleMaker maker_;
  std::string_view line_;
  Pipeline::Batch batch_;
};

void send(PipelineHarness& harness, std::string_view line) { Sender(harness).send(line); }

TEST(InfluxSamples, BecomeSeriesWithTheirTags) {
  PipelineHarness harness;
  send(harness, R"(cpu.load,host=a,data.center=b\ c value=1,idle=2)");
  EXPECT_EQ(harness.samples(),
            "cpu_load{data_center=\"b c\",host=\"a\"} 1\n"
            "cpu_load_idle{data_center=\"b c\",host=\"a\"} 2\n");
}

TEST(InfluxSamples, KeepBytesThatMeanSomethingInStatsD) {
  PipelineHarness harness;
  send(harness, R"(a#b[c]:d,uri=/x|y:z\,#1 value=1)");
  send(harness, R"(a#b[c]:d,uri=/x|y:z\,#1 value=2)");
  EXPECT_EQ(harness.samples(), "a_b_c__d{uri=\"/x|y:z,#1\"} 2\n");
  EXPECT_EQ(harness.self("statsd_metric_mapper_cache_hits_total"),
            "statsd_metric_mapper_cache_hits_total 1");
}

TEST(InfluxSamples, AddToCountersOfMicrometerAndSetGauges) {
  PipelineHarness harness;
  for (int i = 0; i < 3; ++i) {
    send(harness, "jobs,metric_type=counter value=2");
    send(harness, "task,metric_type=histogram sum=10,count=2,mean=5,upper=7");
    send(harness, "heap,metric_type=gauge value=-1");
  }
  EXPECT_EQ(harness.samples(), "heap -1\njobs 6\ntask_count 6\ntask_max 7\ntask_sum 30\n");
}

TEST(InfluxSamples, AreMappedAndScaled) {
  PipelineHarness harness(R"(
mappings:
- match: 'task_*'
  name: 'task_seconds_${1}'
  scale: 0.001
  labels: {source: influx}
)");
  send(harness, "task,job=x,metric_type=histogram sum=1500");
  EXPECT_EQ(harness.samples(), "task_seconds_sum{job=\"x\",source=\"influx\"} 1.5\n");
}

TEST(InfluxSamples, CountAsEventsAndNotAsLines) {
  PipelineHarness harness;
  send(harness, "cpu a=1,b=2");
  send(harness, "jobs,metric_type=counter value=-2");
  EXPECT_EQ(harness.self("statsd_exporter_lines_total"), "statsd_exporter_lines_total 0");
  EXPECT_EQ(harness.self("statsd_exporter_samples_total"), "statsd_exporter_samples_total 0");
  EXPECT_EQ(harness.self("statsd_exporter_events_total{type=\"gauge\"}"),
            "statsd_exporter_events_total{type=\"gauge\"} 2");
  EXPECT_EQ(harness.self("statsd_exporter_events_error_total{reason=\"illegal_negative_counter\"}"),
            "statsd_exporter_events_error_total{reason=\"illegal_negative_counter\"} 1");
}

TEST(InfluxSamples, GiveGaugesTheirTimesWhereTheMappingAsksForThem) {
  PipelineHarness harness(R"(
defaults: {honor_timestamps: true}
)");
  send(harness, "heap value=5 1700000000");
  EXPECT_EQ(harness.samples(), "heap 5 1700000000000\n");
}

TEST(InfluxSamples, AreNotTheSameSeriesWithOtherTags) {
  PipelineHarness harness;
  send(harness, "m,a=1 value=1");
  send(harness, "m,a=2 value=2");
  send(harness, "m value=3");
  harness.send("m:4|g");
  EXPECT_EQ(harness.samples(), "m 4\nm{a=\"1\"} 1\nm{a=\"2\"} 2\n");
}

TEST(InfluxSamples, FillMoreThanOneGroup) {
  PipelineHarness harness;
  std::string line = "m a0=0";
  for (int i = 1; i < 100; ++i) line += ",a" + std::to_string(i) + "=" + std::to_string(i);
  send(harness, line);
  const std::string page = harness.samples();
  EXPECT_EQ(std::count(page.begin(), page.end(), '\n'), 100);
  EXPECT_NE(page.find("m_a99 99\n"), std::string::npos);
}

}  // namespace
}  // namespace weir::pipeline
