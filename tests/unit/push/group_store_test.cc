// SPDX-License-Identifier: Apache-2.0
#include "weir/push/group_store.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "weir/exposition/page_writer.h"
#include "weir/passthrough/protobuf_parser.h"
#include "weir/passthrough/text_parser.h"

namespace weir::push {
namespace {

using namespace std::chrono_literals;

constexpr base::UnixTime kStart{std::chrono::seconds(1'700'000'000)};
const std::string kHistogram =
    "# HELP h Times.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 3\nh_sum "
    "2.5\n"
    "h_count 3\n";

Write write_of(std::string_view job, std::string_view page, bool replaces = true) {
  Write write;
  write.group = {{"job", std::string(job)}};
  write.families = *passthrough::parse_text(page, {}, passthrough::TextFormat::Prometheus);
  write.replaces = replaces;
  return write;
}

// What a push is refused for, or "".
std::string put(GroupStore& store, std::string_view job, std::string_view page,
                bool replaces = true) {
  return store.write(write_of(job, page, replaces), kStart).reason;
}

// Without the times of groups.
std::string text_of(GroupStore& store, exposition::Format format = exposition::Format::Text) {
  std::string text;
  exposition::WriterOptions options;
  options.format = format;
  options.has_created_samples = true;
  const auto writer = exposition::make_writer(options, text);
  const auto page = store.page();
  for (const PageFamily& family : page->families) {
    if (family.name == kPushTime || family.name == kFailureTime) continue;
    writer->on_family(family.reading());
    visit_series(family, *writer);
    writer->on_family_end();
  }
  return text;
}

TEST(GroupStore, GivesSeriesTheLabelsOfTheirGroup) {
  GroupStore store({}, 1);
  EXPECT_EQ(put(store, "j", "a{job=\"other\",instance=\"i\",z=\"1\"} 1\na 2\n"), "");
  EXPECT_EQ(
      text_of(store),
      "# TYPE a untyped\na{instance=\"\",job=\"j\"} 2\na{instance=\"i\",job=\"j\",z=\"1\"} 1\n");
}

TEST(GroupStore, WritesEveryTypeAsItWasPushed) {
  GroupStore store({}, 1);
  const std::string summary = "# TYPE s summary\ns{quantile=\"0.5\"} 1\ns_sum 3\ns_count 2\n";
  EXPECT_EQ(put(store, "j", kHistogram + summary), "");
  EXPECT_EQ(text_of(store),
            "# HELP h Times.\n# TYPE h histogram\nh_bucket{instance=\"\",job=\"j\",le=\"1\"} 2\n"
            "h_bucket{instance=\"\",job=\"j\",le=\"+Inf\"} 3\nh_sum{instance=\"\",job=\"j\"} 2.5\n"
            "h_count{instance=\"\",job=\"j\"} 3\n# TYPE s summary\n"
            "s{instance=\"\",job=\"j\",quantile=\"0.5\"} 1\ns_sum{instance=\"\",job=\"j\"} 3\n"
            "s_count{instance=\"\",job=\"j\"} 2\n");
}

// Nobody says when others began to count.
TEST(GroupStore, WritesUntypedFamiliesAndNoCreatedTimesInEveryFormat) {
  GroupStore store({}, 1);
  EXPECT_EQ(put(store, "j", "a 1\n# TYPE b_total counter\nb_total 2\n"), "");
  EXPECT_EQ(text_of(store, exposition::Format::OpenMetrics100),
            "# TYPE a unknown\na{instance=\"\",job=\"j\"} 1.0\n"
            "# TYPE b counter\nb_total{instance=\"\",job=\"j\"} 2.0\n");
  const std::string labels =
      "metric:{label:{name:\"instance\" value:\"\"} label:{name:\"job\" value:\"j\"} ";
  EXPECT_EQ(text_of(store, exposition::Format::ProtobufCompactText),
            "name:\"a\" type:UNTYPED " + labels + "untyped:{value:1}}\n" +
                "name:\"b_total\" type:COUNTER " + labels + "counter:{value:2}}\n");
  const auto messages = text_of(store, exposition::Format::ProtobufDelimited);
  const auto families = *passthrough::parse_protobuf(messages, {});
  ASSERT_EQ(families.size(), 2U);
  EXPECT_EQ(families[0].type, passthrough::FamilyType::Untyped);
  EXPECT_EQ(families[0].samples.front().value, 1);
  EXPECT_EQ(families[1].type, passthrough::FamilyType::Counter);
}

TEST(GroupStore, ReplacesAGroupOrFamiliesOfIt) {
  GroupStore store({}, 1);
  EXPECT_EQ(put(store, "j", "a 1\nb 1\n"), "");
  EXPECT_EQ(put(store, "j", "b 2\n", false), "");
  EXPECT_EQ(store.series(), 4U);
  EXPECT_EQ(put(store, "j", "b 3\n"), "");
  EXPECT_EQ(store.series(), 3U);
  EXPECT_EQ(text_of(store), "# TYPE b untyped\nb{instance=\"\",job=\"j\"} 3\n");
  store.remove({{"job", "j"}});
  EXPECT_EQ(store.series(), 0U);
  EXPECT_EQ(store.bytes(), 0U);
  EXPECT_TRUE(store.groups().empty());
}

TEST(GroupStore, RefusesWhatDoesNotFitAndNotesIt) {
  GroupStore store({}, 1);
  EXPECT_EQ(put(store, "x", "# TYPE a gauge\na 1\n" + kHistogram), "");
  EXPECT_EQ(put(store, "y", "# TYPE a counter\na 1\n"),
            "collected metric \"a\" { label:<name:\"instance\" value:\"\" > label:<name:\"job\" "
            "value:\"y\" > counter:<value:1 > } is not a GAUGE");
  EXPECT_FALSE(store.groups().rbegin()->second.is_last_good());
  EXPECT_EQ(put(store, "y", "b 1\nb 2\n").substr(0, 22), "collected metric \"b\" {");
  EXPECT_EQ(put(store, "y", "b 1 5\n"), "pushed metrics must not have timestamps");
  EXPECT_EQ(put(store, "y", "h_count 1\n"),
            "collected metric named \"h_count\" collides with previously collected histogram named "
            "\"h\"");
  EXPECT_EQ(put(store, "y", "b_sum 1\n# TYPE b summary\nb_count 1\n"),
            "collected histogram or summary named \"b\" collides with previously collected metric "
            "named \"b_sum\"");
  EXPECT_EQ(put(store, "y", "b 1\n"), "");
  EXPECT_TRUE(store.groups().rbegin()->second.is_last_good());
}

TEST(GroupStore, LetsAGroupChangeItsOwnTypes) {
  GroupStore store({}, 1);
  EXPECT_EQ(put(store, "x", "# TYPE a gauge\na 1\n" + kHistogram), "");
  EXPECT_EQ(put(store, "x", "# TYPE a counter\na 1\nh_count 1\n"), "");
  EXPECT_EQ(put(store, "x", "# TYPE a gauge\na 1\n", false), "");
}

TEST(GroupStore, LeavesOutWhatDoesNotFitWhereItIsNotChecked) {
  GroupStore store({}, 1);
  for (const char* const page : {"# TYPE a gauge\na 1\n", "# TYPE a counter\na 2\n"}) {
    auto write = write_of(store.groups().empty() ? "x" : "y", page);
    write.is_checked = false;
    EXPECT_EQ(store.write(std::move(write), kStart).written, Written::Taken);
  }
  EXPECT_EQ(text_of(store), "# TYPE a gauge\na{instance=\"\",job=\"x\"} 1\n");
  EXPECT_EQ(store.page()->left_out, 1U);
}

TEST(GroupStore, HasRoomForAsMuchAsItsLimitsSay) {
  GroupStore store({.groups_max = 2, .series_max = 8, .bytes_max = 100'000}, 1);
  EXPECT_EQ(put(store, "x", "a 1\nb 1\n"), "");
  EXPECT_EQ(put(store, "y", "a 1\nb 1\n"), "");
  EXPECT_EQ(put(store, "y", "a 1\nb 1\nc 1\n"), "more than 8 series (--limits.push-series)");
  EXPECT_EQ(put(store, "y", "c 1\n", false), "more than 8 series (--limits.push-series)");
  EXPECT_EQ(put(store, "y", "c 1\nd 1\n"), "");
  EXPECT_EQ(put(store, "z", "a 1\n"), "more than 2 groups (--limits.push-groups)");
  store.remove({{"job", "x"}});
  EXPECT_EQ(put(store, "z", "a{l=\"" + std::string(100'000, 'v') + "\"} 1\n"),
            "more than 100000 bytes (--limits.push-bytes)");
}

TEST(GroupStore, EndsGroupsWhoseTimeIsOver) {
  GroupStore store({}, 1);
  auto write = write_of("x", "a 1\n");
  write.ttl = 10s;
  store.write(std::move(write), kStart);
  put(store, "y", "b 1\n");
  EXPECT_EQ(store.expire(kStart + 9s), 0U);
  EXPECT_EQ(store.expire(kStart + 10s), 1U);
  EXPECT_EQ(store.expire(kStart + 1000h), 0U);
  EXPECT_EQ(text_of(store), "# TYPE b untyped\nb{instance=\"\",job=\"y\"} 1\n");
}

TEST(GroupStore, IsRestoredAsItWasSaved) {
  GroupStore store({}, 1);
  put(store, "x", kHistogram + "a NaN\nb{c=\"\\n\\\\\"} 0.1\n");
  auto write = write_of("y", "a 1\n");
  write.ttl = 10s;
  store.write(std::move(write), kStart);
  GroupStore restored({}, 2);
  for (const std::string& saved : store.save()) {
    EXPECT_TRUE(restored.restore(saved, kStart + 5s));
    EXPECT_FALSE(GroupStore({}, 3).restore(saved.substr(0, saved.size() / 2), kStart));
  }
  EXPECT_EQ(text_of(restored), text_of(store));
  EXPECT_EQ(restored.save(), store.save());
  EXPECT_EQ(restored.series(), store.series());
  EXPECT_EQ(restored.expire(kStart + 10s), 1U);
}

TEST(GroupStore, IsRestoredWithNamesThatClashOnOnePage) {
  const auto saved = [](std::string_view name, std::string_view page) {
    return fmt::format("1 {} # TYPE {}\n{}\n ", page.size() + name.size() + 9, name, page);
  };
  const std::string group =
      "1 3 job 1 j 0 10 4 " + saved("h histogram", "h_count 2") +
      saved("h_sum untyped", "h_sum 3") +
      saved("push_failure_time_seconds gauge", "push_failure_time_seconds 0") +
      saved("push_time_seconds gauge", "push_time_seconds 9");
  GroupStore store({}, 1);
  ASSERT_TRUE(store.restore(group, kStart));
  GroupStore again({}, 2);
  EXPECT_TRUE(again.restore(store.save().front(), kStart));
  EXPECT_EQ(again.save(), store.save());
}

TEST(GroupStore, IsRestoredUpToItsLimits) {
  const StoreLimits limits{.groups_max = 2, .series_max = 6};
  GroupStore store(limits, 1);
  EXPECT_EQ(put(store, "x", "a 1\n"), "");
  EXPECT_EQ(put(store, "y", "a 1\n"), "");
  GroupStore restored(limits, 2);
  for (const std::string& saved : store.save()) EXPECT_TRUE(restored.restore(saved, kStart));
  EXPECT_EQ(restored.series(), 6U);
}

TEST(GroupStore, DoesNotRestoreWhatIsOverOrHasNoRoom) {
  GroupStore store({}, 1);
  auto write = write_of("y", "a 1\n");
  write.ttl = 10s;
  store.write(std::move(write), kStart);
  const std::string saved = store.save().front();
  GroupStore late({}, 1);
  EXPECT_TRUE(late.restore(saved, kStart + 10s));
  EXPECT_TRUE(late.groups().empty());
  GroupStore full({.series_max = 2}, 1);
  EXPECT_FALSE(full.restore(saved, kStart));
  EXPECT_TRUE(full.groups().empty());
}

}  // namespace
}  // namespace weir::push
