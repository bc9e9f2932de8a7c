// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_model.h"

#include <string>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::app {
namespace {

void take_status(TopModel& model, double now, int lines, int rejected, double started = 1000) {
  const JsonDocument status(fmt::format(
      R"({{"version":"1","started":{},"now":{},"is_ready":true,"lines":{},"datagrams":{},)"
      R"("bytes":{},"losses":{{"rejected":{}}},"scrapes":{{"total":2,"last":{},"last_seconds":0.5}}}})",
      started, now, lines, lines / 10, lines * 20, rejected, now - 3));
  model.take_status(status.root());
}

void take(TopModel& model, Section section, std::string_view text) {
  const JsonDocument answer(text);
  model.take_section(section, answer.root());
}

void take_history(TopModel& model, std::string_view text) {
  const JsonDocument history(text);
  model.take_history(history.root());
}

TEST(TopModel, TakesRatesFromTwoLooks) {
  TopModel model;
  take_status(model, 2000, 1000, 5);
  EXPECT_FALSE(model.view().has_bytes_rate);

  take_status(model, 2004, 1400, 13);

  const auto& view = model.view();
  EXPECT_DOUBLE_EQ(view.lines_per_second, 100);
  EXPECT_DOUBLE_EQ(view.datagrams_per_second, 10);
  EXPECT_DOUBLE_EQ(view.bytes_per_second, 2000);
  EXPECT_EQ(view.scrape_age_seconds, 3);
  ASSERT_EQ(view.losses.size(), 1U);
  EXPECT_EQ(view.losses[0].total, 13U);
  EXPECT_DOUBLE_EQ(view.losses[0].per_second, 2);
  EXPECT_TRUE(view.is_losing());
}

TEST(TopModel, TakesTheHistoryUntilThereAreTwoLooks) {
  TopModel model;
  take_status(model, 2000, 1000, 5);
  take_history(model,
               R"({"step_seconds":5,"lines_per_second":[null,7,8,null],"datagrams_per_second":[3],)"
               R"("losses_per_second":{"rejected":[0,0.2,0]}})");

  const auto& view = model.view();
  EXPECT_EQ(view.lines_per_second, 8);
  EXPECT_EQ(view.datagrams_per_second, 3);
  EXPECT_EQ(view.history.size(), 4U);
  EXPECT_DOUBLE_EQ(view.losses[0].last_minute, 1);
}

TEST(TopModel, LosesNothingThatWasLostMoreThanAMinuteAgo) {
  TopModel model;
  take_status(model, 2000, 1000, 5);
  take_history(
      model, R"({"step_seconds":5,"losses_per_second":{"rejected":[1,0,0,0,0,0,0,0,0,0,0,0,0]}})");

  EXPECT_FALSE(model.view().is_losing());
}

TEST(TopModel, BeginsAnewWithAnotherDaemon) {
  TopModel model;
  take_status(model, 2000, 1000, 5);
  take_status(model, 2004, 1400, 5);

  take_status(model, 2006, 10, 0, 2005);

  EXPECT_FALSE(model.view().has_bytes_rate);
}

TEST(TopModel, TellsTheRateOfEachMetricSinceItWasListed) {
  TopModel model;
  take_status(model, 2000, 0, 0);
  take(model, Section::Metrics, R"({"is_estimate":true,"left_out":4,"metrics":[
       {"name":"a","type":"counter","samples":100,"series":1}]})");
  EXPECT_EQ(model.view().metrics[0].per_second, std::nullopt);
  EXPECT_TRUE(model.view().is_estimate[0]);
  EXPECT_EQ(model.view().left_out[0], 4U);

  take_status(model, 2002, 0, 0);
  take(model, Section::Metrics,
       R"({"metrics":[{"name":"a","samples":140},{"name":"b","samples":9}]})");

  EXPECT_EQ(model.view().metrics[0].per_second, 20);
  EXPECT_EQ(model.view().metrics[1].per_second, std::nullopt);
}

TEST(TopModel, TellsHowMuchALabelGrewSinceItBegan) {
  TopModel model;
  take_status(model, 2000, 0, 0);
  take(model, Section::Labels,
       R"({"labels":[{"metric":"a","label":"x","values":10,"series":10}]})");
  EXPECT_EQ(model.view().labels[0].growth, std::nullopt);

  take(model, Section::Labels, R"({"labels":[{"metric":"a","label":"x","values":15}]})");
  take(model, Section::Labels, R"({"labels":[{"metric":"a","label":"x","values":18},
       {"metric":"a","label":"y","values":3}]})");

  EXPECT_EQ(model.view().labels[0].growth, 8);
  EXPECT_EQ(model.view().labels[1].growth, 0);
}

TEST(TopModel, ReadsSendersUnmappedNamesAndRefusals) {
  TopModel model;
  take_status(model, 2000, 0, 0);
  take(model, Section::Senders, R"({"senders":[{"sender":"10.0.0.1","transport":"udp","lines":9,
       "share":0.5,"last_seen":1990,"is_silent":true}]})");
  take(model, Section::Unmapped, R"({"names":[{"name":"a.b","type":"c","samples":3,
       "example":"a.b:1|c","sender":"x","last_seen":1}]})");
  take(model, Section::Refused, R"({"refused":[{"time":1995,"reason":"malformed_value",
       "line":"a:x|c","part":"x","sender":"y"}],"counts":{"malformed_value":1}})");

  const auto& view = model.view();
  EXPECT_EQ(view.senders[0].silent_seconds, 10);
  EXPECT_TRUE(view.senders[0].is_silent);
  EXPECT_EQ(view.unmapped[0].name, "a.b");
  EXPECT_EQ(view.unmapped[0].example, "a.b:1|c");
  EXPECT_EQ(view.refused[0].age_seconds, 5);
  EXPECT_EQ(view.refused[0].reason, "malformed_value");
}

TEST(TopModel, TakesAnyAnswer) {
  TopModel model;
  for (const auto* text :
       {"{}", "[]", "null", "{\"metrics\":3,\"labels\":[1,null],\"losses\":[]}"}) {
    const JsonDocument answer(text);
    model.take_status(answer.root());
    model.take_history(answer.root());
    for (std::size_t i = 0; i < kSectionCount; ++i) {
      model.take_section(static_cast<Section>(i), answer.root());
    }
  }
  EXPECT_EQ(model.view().lines_per_second, 0);
}

}  // namespace
}  // namespace weir::app
