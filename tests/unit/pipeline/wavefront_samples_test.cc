// SPDX-License-Identifier: Apache-2.0
// Samples that came as lines of Wavefront, through the pipeline of StatsD's. It sees tag lists
// only, so what reads the lines is not needed here.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "pipeline_harness.h"
#include "weir/sample/tag_list.h"

namespace weir::pipeline {
namespace {

using std::string_view_literals::operator""sv;

sample::Sample sample_of(std::string_view name, std::string_view tags, double value) {
  sample::Sample sample;
  sample.kind = sample::SampleKind::Gauge;
  sample.name = name;
  static_cast<void>(sample.fields.add(tags));
  sample.value = sample.unsampled = value;
  return sample;
}

sample::Sample total_of(std::string_view name, std::string_view tags, double value) {
  sample::Sample sample = sample_of(name, tags, value);
  sample.kind = sample::SampleKind::Counter;
  sample.is_total = true;
  return sample;
}

void send(PipelineHarness& harness, const sample::Sample& sample) {
  Pipeline::Batch(harness.pipeline, harness.now).add(sample, "a line");
}

TEST(WavefrontSamples, BecomeSeriesWithTheirTags) {
  PipelineHarness harness;
  send(harness, sample_of("cpu.load", "\0source\0a,b=\\\0data.center\0x|y"sv, 1));
  send(harness, sample_of("cpu.load", "\0"sv, 2));
  EXPECT_EQ(harness.samples(), "cpu_load 2\ncpu_load{data_center=\"x|y\",source=\"a,b=\\\\\"} 1\n");
}

TEST(WavefrontSamples, BringCountersToTheirTotals) {
  PipelineHarness harness;
  for (const double total : {5.0, 7.0, 7.0, 2.0}) send(harness, total_of("jobs", "\0"sv, total));
  EXPECT_EQ(harness.samples(), "jobs 2\n");
  send(harness, total_of("jobs", "\0"sv, -1));
  EXPECT_EQ(harness.samples(), "jobs 2\n");
}

TEST(WavefrontSamples, BringGaugesOfCountersToTheirTotals) {
  PipelineHarness harness(R"(
mappings:
- {match: jobs, name: work, as: gauge, scale: 2}
)");
  for (const double total : {5.0, 7.0}) send(harness, total_of("jobs", "\0"sv, total));
  EXPECT_EQ(harness.samples(), "work 14\n");
}

}  // namespace
}  // namespace weir::pipeline
