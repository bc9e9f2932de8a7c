// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "call_counts.h"
#include "weir/influx/point_parser.h"
#include "weir/influx/sample_maker.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/pipeline.h"
#include "weir/rulefile/loader.h"

namespace weir::hot_path {
namespace {

constexpr std::size_t kLines = 10'000;

// Takes lines as the daemon's own intake does.
class Intake final : public influx::SampleVisitor {
 public:
  explicit Intake(pipeline::Pipeline& to) : pipeline_(to) {}

  void take(std::string_view text) {
    pipeline::Pipeline::Batch batch(pipeline_, base::Clock::now());
    batch_ = &batch;
    while (!text.empty()) {
      line_ = influx::content_of(influx::take_line(text));
      const auto point = parser_.parse(line_, influx::Precision::Milliseconds);
      ASSERT_TRUE(point.has_value());
      maker_.make(*point, *this);
    }
    batch.flush();
    maker_.clear();
  }
  void on_sample(const sample::Sample& sample) override { batch_->add(sample, line_); }
  void on_names_full() override { batch_->flush(); }

 private:
  pipeline::Pipeline& pipeline_;
  influx::PointParser parser_{65'536};
  influx::SampleMaker maker_;
  pipeline::Pipeline::Batch* batch_ = nullptr;
  std::string_view line_;
};

std::string lines() {
  std::string text;
  for (std::size_t i = 0; i < kLines; ++i) {
    text += fmt::format(
        "task_{},application\\ name=time\\,{},metric_type=histogram "
        "sum=12.5,count=3,mean=4,upper=6 1700000000000\n",
        i % 100, i % 7);
  }
  return text;
}

TEST(InfluxHotPath, CallsNothingPerLine) {
  metrics::Store store({}, {}, 1, base::Instant::now());
  pipeline::Pipeline pipeline(pipeline::prepare(rulefile::parse_rules("", "mapping.yml").rules, 1),
                              store, {});
  Intake intake(pipeline);
  const std::string text = lines();
  // Everything has been seen once before the counting begins.
  intake.take(text);

  const CallCounts before = call_counts();
  intake.take(text);
  const CallCounts after = call_counts();

  EXPECT_EQ(after.allocations, before.allocations);
  EXPECT_EQ(after.locks, before.locks);
  EXPECT_EQ(after.clock_reads, before.clock_reads + 1);
  EXPECT_EQ(pipeline.ledger().applied[0].value(), 2 * 2 * kLines);
}

}  // namespace
}  // namespace weir::hot_path
