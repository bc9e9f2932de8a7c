// SPDX-License-Identifier: Apache-2.0
#include "app/web/status/status_page.h"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/web/status/status_files.h"

namespace weir::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr base::UnixTime kStarted{1'764'455'158s};

PageFigures figures() {
  PageFigures made;
  made.started = kStarted;
  made.now = kStarted;
  return made;
}

// What the page says at the place `id`.
std::string said_at(const PageFigures& figures, const std::string& id) {
  const std::string html = status_html(figures);
  const auto place = html.find("id=\"" + id + "\">");
  const auto begin = html.find('>', place) + 1;
  return place == std::string::npos ? "" : html.substr(begin, html.find('<', begin) - begin);
}

TEST(StatusPage, LeavesNoPlaceOpen) {
  EXPECT_THAT(std::string(kStatusHtml), HasSubstr("{{lines}}"));
  EXPECT_THAT(status_html(figures()), Not(HasSubstr("{{")));
  EXPECT_THAT(status_html(figures()), Not(HasSubstr("}}")));
}

TEST(StatusPage, GroupsDigits) {
  for (const auto& [count, text] :
       {std::pair{0, "0"}, std::pair{999, "999"}, std::pair{1'000, "1,000"},
        std::pair{12'345'678, "12,345,678"}}) {
    auto made = figures();
    made.lines = static_cast<std::uint64_t>(count);
    EXPECT_EQ(said_at(made, "lines"), text);
  }
}

TEST(StatusPage, EscapesTexts) {
  auto made = figures();
  made.version = "<b>'\"&";
  made.mapping_path = "/a/<script>alert(1)</script>.yml{{lines}}";
  made.not_ready_reason = "a<b";

  const std::string html = status_html(made);

  EXPECT_THAT(html, HasSubstr("&lt;b&gt;&#39;&#34;&amp;"));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_EQ(said_at(made, "mapping-sub"), "script&gt;.yml{{lines}}");
  EXPECT_EQ(said_at(made, "ready"), "not ready: a&lt;b");
}

TEST(StatusPage, SaysWhetherItIsReady) {
  auto made = figures();
  EXPECT_THAT(status_html(made), HasSubstr(R"(<p class="pill ok" id="ready">ready</p>)"));
  made.not_ready_reason = "stopping";
  EXPECT_THAT(status_html(made),
              HasSubstr(R"(<p class="pill bad" id="ready">not ready: stopping</p>)"));
}

TEST(StatusPage, SaysHowLongAgo) {
  auto made = figures();
  EXPECT_EQ(said_at(made, "scrape"), "never");
  made.now = kStarted + 3h + 59min;
  made.last_scrape = kStarted + 3h + 58min;
  made.last_scrape_seconds = 0.0021;
  made.scrapes = 1'234;
  EXPECT_EQ(said_at(made, "uptime"), "3 h");
  EXPECT_EQ(said_at(made, "uptime-sub"), "since 2025-11-29 22:25:58 UTC");
  EXPECT_EQ(said_at(made, "scrape"), "1 min ago");
  EXPECT_EQ(said_at(made, "scrape-sub"), "took 2.1 ms, 1,234 so far");
  // The wall clock may have been set back.
  made.now = kStarted;
  EXPECT_EQ(said_at(made, "scrape"), "0 s ago");
}

TEST(StatusPage, SaysWhatWasLostAndKept) {
  auto made = figures();
  made.lost = 1'200;
  made.worst_loss = "rejected";
  made.resident_bytes = 64.5 * 1024 * 1024;
  EXPECT_EQ(said_at(made, "lost-sub"), "mostly rejected");
  EXPECT_EQ(said_at(made, "memory"), "64.5 MiB");
  EXPECT_EQ(said_at(made, "memory-sub"), "series take 0 B");
  made.memory_limit_bytes = std::uint64_t{512} << 20;
  EXPECT_EQ(said_at(made, "memory-sub"), "of 512 MiB");
  EXPECT_EQ(said_at(figures(), "lost-sub"), "nothing");
}

}  // namespace
}  // namespace weir::app
