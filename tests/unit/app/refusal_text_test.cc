// SPDX-License-Identifier: Apache-2.0
#include "app/refusal_text.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

using pipeline::DropReason;
using pipeline::OtherRefusal;
using pipeline::Refusal;
using statsd::Rejection;

constexpr std::size_t kAll = 1000;

std::string written(const Refusal& refusal, std::size_t bytes_max = kAll) {
  const RefusalText text = text_of(refusal, bytes_max);
  std::string all(text.message);
  for (const auto& attribute : text.attributes) {
    all += " [" + std::string(attribute.key) + "=" + attribute.value + "]";
  }
  return all;
}

Refusal event(pipeline::RefusalReason reason, std::optional<metrics::Obstacle> obstacle = {}) {
  return {.reason = reason,
          .line = "a.b:2|g",
          .part = {},
          .event = pipeline::RefusedEvent{.metric = "a",
                                          .labels = "x=\"b\"",
                                          .type = "gauge",
                                          .value = 20,
                                          .match = "a.*",
                                          .obstacle = std::move(obstacle)}};
}

TEST(RefusalText, NamesWhatIsAtFaultAsTheReferenceDoes) {
  EXPECT_EQ(written({Rejection::MalformedValue, "a:x|c", "x", {}}),
            "bad value [line=a:x|c] [reason=malformed_value] [value=x]");
  EXPECT_EQ(written({Rejection::InvalidSampleFactor, "a:1|c|@x", "@x", {}}),
            "Invalid sampling factor [line=a:1|c|@x] [reason=invalid_sample_factor] "
            "[component=@x]");
  EXPECT_EQ(written({OtherRefusal::MalformedTag, "a,b:1|c", "b", {}}),
            "Malformed name tag [line=a,b:1|c] [reason=malformed_tag] [tags=b]");
  EXPECT_EQ(written({Rejection::IllegalEvent, "a:1|s", "s", {}}),
            "Error building event [line=a:1|s] [reason=illegal_event] [type=s] "
            "[error=no support for StatsD sets]");
  EXPECT_EQ(written({Rejection::IllegalEvent, "a:1|k", "k", {}}),
            "Error building event [line=a:1|k] [reason=illegal_event] [type=k] "
            "[error=bad stat type k]");
}

TEST(RefusalText, NamesWhatAnEventWasToBecome) {
  EXPECT_EQ(written(event(DropReason::IllegalNegativeCounter)),
            "counter must be non-negative value [line=a.b:2|g] [reason=illegal_negative_counter] "
            "[metric=a] [type=gauge] [event_value=20] [labels=x=\"b\"] [match=a.*]");
}

TEST(RefusalText, NamesTheTypeThatANameHasAlready) {
  const auto error = [](std::optional<metrics::Obstacle> obstacle) {
    const auto text = written(event(DropReason::Conflict, std::move(obstacle)));
    EXPECT_TRUE(text.starts_with("Failed to update metric "));
    return text.substr(text.find("[error="));
  };

  EXPECT_EQ(error(metrics::Obstacle{"a", metrics::Type::Counter}),
            "[error=metric with name a is already registered as a counter]");
  EXPECT_EQ(error(metrics::Obstacle{"a", metrics::Type::Gauge, metrics::GaugeKind::Max}),
            "[error=metric with name a is already registered as a gauge that is computed]");
  EXPECT_EQ(error(metrics::Obstacle{"weir_workers", std::nullopt}),
            "[error=metric with name weir_workers is one of weir's own]");
  EXPECT_EQ(error(std::nullopt), "[error=metric with name a was already registered]");
}

TEST(RefusalText, NamesTheValueOfASet) {
  Refusal refusal = event(DropReason::Budget);
  refusal.event->type = "set";
  refusal.event->member = "alice b";
  EXPECT_NE(written(refusal).find("[type=set] [event_value=alice b]"), std::string::npos);
}

TEST(RefusalText, NamesTheLabelToBlame) {
  Refusal refusal = event(DropReason::Budget);
  refusal.event->spread = metrics::LabelSpread{"id", 250, 251};
  refusal.reason = OtherRefusal::Overflowed;
  const std::string text = written(refusal);
  EXPECT_TRUE(text.starts_with("Budget used up, counted in the family's overflow series ["))
      << text;
  EXPECT_NE(text.find("[label=id] [label_values=250 in 251 series]"), std::string::npos) << text;
}

TEST(RefusalText, CutsWhatASenderChose) {
  EXPECT_EQ(written({Rejection::MalformedValue, "abcdefgh", "0123456789abcdefghijkl", {}}, 20),
            "bad value [line=abcdefgh] [reason=malformed_value] [value=0123456789abcdefghij...]");
}

}  // namespace
}  // namespace weir::app
