// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/drop_reason.h"

#include <cstddef>
#include <map>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

template <class Predicate>
std::set<std::string_view> texts_of_those(Predicate predicate) {
  std::set<std::string_view> texts;
  for (std::size_t i = 0; i < kDropReasonCount; ++i) {
    const auto why = static_cast<DropReason>(i);
    if (predicate(why)) texts.insert(reason(why));
  }
  return texts;
}

TEST(DropReason, IsCountedByNameWhereTheStoreAnswered) {
  EXPECT_EQ(texts_of_those(is_counted_by_name), (std::set<std::string_view>{"budget", "conflict"}));
}

TEST(DropReason, DependsOnTheValueOfCountersOnly) {
  EXPECT_EQ(texts_of_those(depends_on_value),
            (std::set<std::string_view>{"illegal_negative_counter", "non_finite_counter"}));
}

TEST(DropReason, IsCountedUnderItsOwnText) {
  PipelineOptions options;
  options.labels_max = 2;
  options.series_bytes_max = 20;
  options.refuses_non_finite_counters = true;
  const std::map<std::string_view, std::string_view> lines{
      {"illegal_negative_counter", "a:-1|c"},
      {"empty_metric_name", "e.x:1|c"},
      {"reserved_label", "a:1|c|#__a:b"},
      {"too_many_labels", "a:1|c|#a:1,b:2,c:3"},
      {"series_too_long", "a23456789012345678901:1|c"},
      {"non_finite_counter", "a:inf|c"}};

  for (const auto& [sent, line] : lines) {
    PipelineHarness harness("mappings: [{match: e.*, name: $2}]", options);
    harness.send(line);
    for (const auto& [text, other_line] : lines) {
      const auto metric =
          "statsd_exporter_events_error_total{reason=\"" + std::string(text) + "\"}";
      EXPECT_EQ(harness.self(metric), text == sent ? metric + " 1" : "") << line;
    }
  }
}

}  // namespace
}  // namespace weir::pipeline
