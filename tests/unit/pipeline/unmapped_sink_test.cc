// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/unmapped_sink.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kRules = R"(
mappings:
- match: mapped.*
  name: mapped
- match: dropped.*
  name: dropped
  action: drop
)";

struct Lines final : UnmappedSink {
  std::vector<std::string> lines;
  void on_unmapped(std::string_view line) override { lines.emplace_back(line); }
};

class UnmappedSinkTest : public testing::Test {
 protected:
  static PipelineOptions options(UnmappedSink& sink) {
    PipelineOptions made;
    made.unmapped = &sink;
    return made;
  }

  Lines seen_;
  PipelineHarness harness_{kRules, options(seen_)};
};

TEST_F(UnmappedSinkTest, HearsOfANameOnceAndOfMappedOnesNever) {
  harness_.send("a:1|c\nmapped.x:1|c\ndropped.x:1|c\nb:1|g|#k:v");
  harness_.send("a:2|c\nb:1|g|#k:v");

  EXPECT_THAT(seen_.lines, ElementsAre("a:1|c", "b:1|g|#k:v"));
}

TEST_F(UnmappedSinkTest, HearsOfItAgainUnderOtherRules) {
  harness_.send("a:1|c\nb:1|c");
  seen_.lines.clear();
  harness_.reload("mappings:\n- match: a\n  name: mapped\n");
  harness_.send("a:1|c\nb:1|c");

  EXPECT_THAT(seen_.lines, ElementsAre("b:1|c"));
}

TEST_F(UnmappedSinkTest, HearsNothingOfWhatIsNoSample) {
  harness_.send("broken\na:x|c");

  EXPECT_THAT(seen_.lines, IsEmpty());
}

}  // namespace
}  // namespace weir::pipeline
