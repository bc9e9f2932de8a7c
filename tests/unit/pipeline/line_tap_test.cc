// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/line_tap.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using Lines = std::vector<std::string>;

struct Recorder : LineTap {
  Lines lines;
  // When set, the count of parsed lines at each line seen.
  const Ledger* ledger = nullptr;
  std::vector<std::uint64_t> parsed_before;

  void on_line(std::string_view raw_line) override {
    lines.emplace_back(raw_line);
    if (ledger != nullptr) parsed_before.push_back(ledger->lines.value());
  }
};

struct TappedHarness {
  explicit TappedHarness(PipelineOptions options = {}) : harness("", with_tap(options)) {}

  PipelineOptions with_tap(PipelineOptions options) {
    options.tap = &tap;
    return options;
  }

  Recorder tap;
  PipelineHarness harness;
};

TEST(LineTap, SeesTheLinesOfADatagramInOrder) {
  TappedHarness tapped;

  tapped.harness.send("a:1|c\nb:2|g\nc:3|ms\n");
  tapped.harness.send("a:4|c");

  EXPECT_EQ(tapped.tap.lines, (Lines{"a:1|c", "b:2|g", "c:3|ms", "a:4|c"}));
  EXPECT_EQ(tapped.harness.pipeline.ledger().samples.value(), 4U);
}

TEST(LineTap, SeesALineBeforeItIsParsed) {
  TappedHarness tapped;
  tapped.tap.ledger = &tapped.harness.pipeline.ledger();

  tapped.harness.send("a:1|c");
  tapped.harness.send("a:1|c");

  EXPECT_EQ(tapped.tap.parsed_before, (std::vector<std::uint64_t>{0, 1}));
}

TEST(LineTap, SeesNoEmptyLines) {
  TappedHarness tapped;

  tapped.harness.send("\n\na:1|c\n\n\nb:1|c\n\n");
  tapped.harness.send("");
  tapped.harness.send("\n");
  {
    Pipeline::Batch batch(tapped.harness.pipeline, tapped.harness.now);
    batch.line("");
  }

  EXPECT_EQ(tapped.tap.lines, (Lines{"a:1|c", "b:1|c"}));
}

TEST(LineTap, SeesTheCarriageReturnsOfDatagrams) {
  TappedHarness tapped;

  tapped.harness.send("a:1|c\r\n\r\nb:1|c\r");

  EXPECT_EQ(tapped.tap.lines, (Lines{"a:1|c\r", "\r", "b:1|c\r"}));
  EXPECT_EQ(tapped.harness.samples(), "a 1\nb 1\n");
}

TEST(LineTap, SeesTheLinesOfStreamsAsTheyWereSplit) {
  TappedHarness tapped;

  {
    Pipeline::Batch batch(tapped.harness.pipeline, tapped.harness.now);
    batch.line("a:1|c");
    batch.line("rubbish");
    batch.too_long_line("x");
  }

  EXPECT_EQ(tapped.tap.lines, (Lines{"a:1|c", "rubbish"}));
}

TEST(LineTap, SeesWhatIsNoMetric) {
  TappedHarness tapped;
  const Lines raw = {"rubbish",     ":|",        "a:x|c", std::string("\0\xff:1|c", 6),
                     "_e{1,1}:t|x", "_sc|name|0"};

  for (const auto& line : raw) tapped.harness.send(line);

  EXPECT_EQ(tapped.tap.lines, raw);
}

TEST(LineTap, SeesLinesThatAreTooLong) {
  PipelineOptions options;
  options.line_bytes_max = 5;
  TappedHarness tapped(options);

  tapped.harness.send("abc:1|c\na:1|c");

  EXPECT_EQ(tapped.tap.lines, (Lines{"abc:1|c", "a:1|c"}));
  EXPECT_EQ(tapped.harness.pipeline.ledger().lines_too_long.value(), 1U);
}

}  // namespace
}  // namespace weir::pipeline
