// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "call_counts.h"
#include "weir/metrics/store.h"
#include "weir/pipeline/pipeline.h"
#include "weir/rulefile/loader.h"
#include "weir/wavefront/line_parser.h"
#include "weir/wavefront/sample_maker.h"

namespace weir::hot_path {
namespace {

constexpr std::size_t kWavefrontLines = 10'000;

// Takes lines as the daemon's own intake does.
class WavefrontIntake final : public wavefront::SampleVisitor {
 public:
  explicit WavefrontIntake(pipeline::Pipeline& to) : pipeline_(to) {}

  void take(std::string_view text) {
    pipeline::Pipeline::Batch batch(pipeline_, base::Clock::now());
    batch_ = &batch;
    for (; !text.empty(); text.remove_prefix(line_.size() + 1)) {
      line_ = text.substr(0, text.find('\n'));
      const auto line = parser_.parse(line_);
      ASSERT_TRUE(line.has_value());
      maker_.make(*line, *this);
    }
    batch.flush();
    maker_.clear();
  }
  void on_sample(const sample::Sample& sample) override { batch_->add(sample, line_); }
  void on_texts_full() override { batch_->flush(); }

 private:
  pipeline::Pipeline& pipeline_;
  wavefront::LineParser parser_{1000};
  wavefront::SampleMaker maker_;
  pipeline::Pipeline::Batch* batch_ = nullptr;
  std::string_view line_;
};

std::string wavefront_lines() {
  std::string text;
  for (std::size_t i = 0; i < kWavefrontLines; ++i) {
    text += fmt::format(
        "\"task.{}\" 12.5 1700000000000 source=\"a \\\"b\\\"\" \"statistic\"=\"count\" "
        "\"n\"=\"{}\"\n",
        i % 100, i % 7);
  }
  return text;
}

TEST(WavefrontHotPath, CallsNothingPerLine) {
  metrics::Store store({}, {}, 1, base::Instant::now());
  pipeline::Pipeline pipeline(pipeline::prepare(rulefile::parse_rules("", "mapping.yml").rules, 1),
                              store, {});
  WavefrontIntake intake(pipeline);
  const std::string text = wavefront_lines();
  // Everything has been seen once before the counting begins.
  intake.take(text);

  const CallCounts before = call_counts();
  intake.take(text);
  const CallCounts after = call_counts();

  EXPECT_EQ(after.allocations, before.allocations);
  EXPECT_EQ(after.locks, before.locks);
  EXPECT_EQ(after.clock_reads, before.clock_reads + 1);
  EXPECT_EQ(pipeline.ledger().applied[0].value(), 2 * kWavefrontLines);
}

}  // namespace
}  // namespace weir::hot_path
