// SPDX-License-Identifier: Apache-2.0
#include "app/top/layout.h"

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/top/column_text.h"
#include "app/top/sections.h"

namespace weir::app {
namespace {

using testing::HasSubstr;

TopView busy() {
  TopView view;
  view.url = "http://localhost:9102";
  view.time = "12:34:56";
  view.has_data = true;
  view.version = "0.1.0";
  view.uptime_seconds = 10'800;
  view.lines_per_second = 12'345;
  view.datagrams_per_second = 1'234;
  view.bytes_per_second = 345'678;
  view.has_bytes_rate = true;
  view.series = 1'042;
  view.families = 37;
  view.series_max = 2'000'000;
  view.store_bytes = 1'234'567;
  view.store_bytes_max = 4'294'967'296;
  view.resident_bytes = 23'456'789;
  view.scrapes = 720;
  view.scrape_age_seconds = 12;
  view.scrape_seconds = 0.025;
  for (int i = 0; i <= 16; ++i) view.history.emplace_back(i * 100.0);
  view.losses = {{"kernel_drop", 1'234, 12, 720}, {"refused", 3, 0, 0}, {"rejected", 0, 0, 0}};
  view.metrics = {{"web_requests_total", "counter", 50'000, 4'000.5, 12},
                  {"web_request_seconds", "observer", 40'000, 8'000.0, 900}};
  view.labels = {{"web_requests_total", "path", 900, 900, 17},
                 {"web_request_seconds", "user", 120, 130, 112}};
  view.unmapped = {{"shop.berlin.stock", "g", 321, 0.5, "shop.berlin.stock:3|g", "10.0.0.1"}};
  view.senders = {{"10.0.0.1", "udp", 90'000, 0.9, 1, false},
                  {"10.0.0.2", "udp", 10'000, 0.1, 90, true}};
  view.refused = {{7, "malformed_value", "a:\x1b[31mx|c", "10.0.0.2"}};
  view.is_estimate[0] = true;
  return view;
}

std::string joined(const std::vector<ScreenLine>& lines) {
  std::string text;
  for (const auto& line : lines) {
    const auto end = line.text.find_last_not_of(' ');
    text += line.text.substr(0, end == std::string::npos ? 0 : end + 1) + "\n";
  }
  return text;
}

std::string golden(std::string_view name) {
  std::ifstream file(std::string(WEIR_GOLDEN_DIR) + "/top/" + std::string(name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(LayOut, HasTheRecordedScreens) {
  const auto screen = [](std::optional<Section> section) {
    return joined(lay_out(busy(), {.section = section}, {80, 24}, true));
  };

  EXPECT_EQ(screen(std::nullopt), golden("all.txt"));
  EXPECT_EQ(screen(Section::Senders), golden("senders.txt"));
  EXPECT_EQ(screen(Section::Refused), golden("refused.txt"));
  EXPECT_EQ(joined(lay_out(busy(), {.shows_help = true}, {80, 24}, true)), golden("help.txt"));
}

TEST(LayOut, FitsEverySize) {
  auto view = busy();
  view.metrics.resize(300, view.metrics.front());
  view.labels.resize(300, view.labels.front());
  view.senders.front().sender = std::string(200, 'x') + "日本語";
  view.metrics.front().name = "日本語日本語日本語日本語日本語日本語日本語日本語日本語";
  view.failure = "localhost:9102: connection refused";
  for (const bool is_utf8 : {true, false}) {
    for (std::size_t columns : {40U, 41U, 60U, 79U, 80U, 132U, 300U}) {
      for (std::size_t rows : {10U, 11U, 24U, 50U}) {
        for (int chosen = -1; chosen < static_cast<int>(kSectionCount); ++chosen) {
          TopChoice choice;
          if (chosen >= 0) choice.section = static_cast<Section>(chosen);
          const auto lines = lay_out(view, choice, {columns, rows}, is_utf8);
          ASSERT_EQ(lines.size(), rows);
          for (const auto& line : lines) {
            ASSERT_LE(columns_of(std::string_view(line.text)), columns) << line.text;
            ASSERT_EQ(line.text.find_first_of("\n\x1b\r"), std::string::npos);
          }
        }
      }
    }
  }
}

TEST(LayOut, TakesLessForTheLeastThereIs) {
  EXPECT_EQ(lay_out(busy(), {}, {1, 1}, true).size(), 10U);
}

TEST(LayOut, ShowsEachOfTheThreeOnTheSmallestScreen) {
  const auto text = joined(lay_out(busy(), {}, {40, 14}, true));

  EXPECT_THAT(text, HasSubstr("BUSIEST METRICS"));
  EXPECT_THAT(text, HasSubstr("GROWING LABELS"));
  EXPECT_THAT(text, HasSubstr("UNMAPPED NAMES"));
  EXPECT_THAT(text, HasSubstr("LOSING"));
}

TEST(LayOut, PutsTheBusiestAndTheMostGrownFirst) {
  const auto by = [](bool is_other_order) {
    return joined(lay_out(busy(), {.is_other_order = is_other_order}, {80, 24}, true));
  };
  const auto usual = by(false);
  EXPECT_LT(usual.find("web_request_seconds  "), usual.find("web_requests_total  "));
  EXPECT_LT(usual.find("{user}"), usual.find("{path}"));
  EXPECT_GT(by(true).find("{user}"), by(true).find("{path}"));
}

TEST(LayOut, SaysLossesInWords) {
  auto view = busy();
  EXPECT_TRUE(view.is_losing());
  EXPECT_THAT(joined(lay_out(view, {}, {80, 24}, true)),
              HasSubstr("LOSING   kernel_drop 12/s (1.23k)  before:  refused 3\n"));

  view.losses[0].last_minute = 0;
  EXPECT_FALSE(view.is_losing());
  EXPECT_THAT(joined(lay_out(view, {}, {100, 24}, true)),
              HasSubstr("losses   none in the last minute, before that  kernel_drop 1.23k"));

  view.losses.clear();
  EXPECT_THAT(joined(lay_out(view, {}, {80, 24}, true)), HasSubstr("losses   none\n"));
}

TEST(LayOut, SaysThatTheDaemonIsGone) {
  TopView view;
  view.url = "http://a:1";
  view.failure = "a:1: connection refused";
  view.failing_seconds = 3;

  EXPECT_THAT(joined(lay_out(view, {}, {80, 24}, true)),
              HasSubstr("NO ANSWER for 3 s, trying again: a:1: connection refused\n"));
}

TEST(LayOut, KeepsToAsciiWhereTheTerminalDoes) {
  for (const auto& line : lay_out(busy(), {}, {80, 24}, false)) {
    for (const char c : line.text) EXPECT_TRUE(c >= ' ' && c < '\x7f') << line.text;
  }
}

TEST(LayOut, ScrollsToTheLastRow) {
  auto view = busy();
  view.senders.resize(300, view.senders.front());
  view.senders.back().sender = "the.last.one";

  const auto at = [&view](std::size_t first) {
    return joined(lay_out(view, {.section = Section::Senders, .first_row = first}, {80, 24}, true));
  };

  EXPECT_THAT(at(0), testing::Not(HasSubstr("the.last.one")));
  EXPECT_THAT(at(290), HasSubstr("the.last.one"));
  EXPECT_THAT(at(9999), HasSubstr("the.last.one"));
}

TEST(Sparkline, ShowsTheNewestValuesByTheirShare) {
  EXPECT_EQ(sparkline({0, 50, 100}, 8, true), " ▄█");
  EXPECT_EQ(sparkline({100, 1, std::nullopt}, 2, true), "█ ");
  EXPECT_EQ(sparkline({1, 100}, 2, false), "_#");
  EXPECT_EQ(sparkline({0, 0}, 8, true), "  ");
  EXPECT_EQ(sparkline({}, 8, true), "");
}

TEST(PlainText, HasAllSectionsAndNoMoreRowsThanAsked) {
  auto view = busy();
  view.metrics.resize(30, view.metrics.front());
  const auto text = plain_text(view, 80, 5, true);

  for (const auto* title :
       {"BUSIEST METRICS", "GROWING LABELS", "UNMAPPED NAMES", "SENDERS", "REFUSED"}) {
    EXPECT_THAT(text, HasSubstr(title));
  }
  std::size_t rows = 0;
  for (std::size_t at = text.find("web_requests_total  "); at != std::string::npos;
       at = text.find("web_requests_total  ", at + 1)) {
    ++rows;
  }
  EXPECT_LE(rows, 5U);
  EXPECT_THAT(text, HasSubstr("silent 90 s"));
  EXPECT_THAT(text, HasSubstr("a:\\x1b[31mx|c  from 10.0.0.2"));
}

}  // namespace
}  // namespace weir::app
