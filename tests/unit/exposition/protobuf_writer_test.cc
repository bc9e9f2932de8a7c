// SPDX-License-Identifier: Apache-2.0
#include "exposition/protobuf_writer.h"

#include <chrono>
#include <cstddef>
#include <protozero/pbf_reader.hpp>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "exposition/label_reader.h"
#include "exposition/protobuf_quote.h"
#include "exposition/protobuf_text_writer.h"
#include "protobuf_page.h"
#include "weir/metrics/naming.h"

namespace weir::exposition {
namespace {

using metrics::SeriesReading;
using metrics::Type;

using support::Labels;
using support::read_protobuf_page;

std::string label(std::string_view name, std::string_view value) {
  std::string text = std::string(name) + "=\"";
  metrics::append_escaped_label_value(text, value);
  return text + '"';
}

// Text of all sorts, with what escaping must look at more often than chance would have it.
std::string random_text(std::mt19937& random) {
  constexpr std::string_view kPieces[] = {
      "\"",     "\\", "\n", "n", ",", "=\"",    "\"}",    "\t",         "\r", "\x01",  "\x7f",
      "\u0080", "x",  "",   " ", "=", "\u00a0", "\u20ac", "\U0001F600", "{",  "\u009f"};
  std::string text;
  for (std::size_t i = random() % 12; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
  return text;
}

TEST(ProtobufWriter, GivesLabelsAndHelpAsTheyWereBeforeEscaping) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const Labels wanted{{"a", random_text(random)}, {"b", random_text(random)}};
    const std::string help = random_text(random);
    const std::string body = label("a", wanted.at("a")) + ',' + label("b", wanted.at("b"));
    SeriesReading series;
    series.labels = body;
    std::string page;
    ProtobufWriter writer(page);

    writer.on_family({"m", help, Type::Gauge});
    writer.on_series(series);
    writer.on_family_end();

    const auto messages = read_protobuf_page(page);
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].help, help);
    EXPECT_EQ(messages[0].metrics, std::vector<Labels>{wanted});
  }
}

// The one message of a family, without its length.
std::string message_of(Type type, const std::vector<SeriesReading>& series) {
  std::string page;
  ProtobufWriter writer(page);
  writer.on_family({"m", "h", type});
  for (const SeriesReading& each : series) writer.on_series(each);
  writer.on_family_end();
  const char* at = page.data();
  const auto size = protozero::decode_varint(&at, page.data() + page.size());
  EXPECT_EQ(at + size, page.data() + page.size());
  return {at, size};
}

TEST(ProtobufWriter, WritesASeriesAmongOthersAsAlone) {
  std::mt19937 random(5);
  std::vector<std::string> bodies(400);
  std::vector<SeriesReading> all;
  for (std::string& body : bodies) {
    // On both sides of where lengths take one byte, and of where labels are read one by one.
    body = label("a", std::string(random() % 200, 'x'));
    SeriesReading& series = all.emplace_back();
    series.labels = body;
    series.value = static_cast<double>(random() % 3);
    const std::chrono::milliseconds created(100 * (random() % 10) + 1000 * (random() % 10));
    series.created = base::UnixTime(created);
    if (random() % 4 == 0) series.timestamp = base::UnixTime(std::chrono::seconds(random() % 500));
  }
  for (const Type type : {Type::Counter, Type::Gauge}) {
    const std::string head = message_of(type, {});
    std::string expected = head;
    for (const SeriesReading& each : all) {
      expected += message_of(type, {each}).substr(head.size());
    }

    EXPECT_EQ(message_of(type, all), expected);
  }
}

TEST(ProtobufWriter, SplitsAFamilyThatIsTooLargeForOneMessage) {
  constexpr std::size_t kSeries = 1000;
  constexpr std::size_t kBytesMax = 512;
  std::string page;
  ProtobufWriter writer(page, kBytesMax);
  writer.on_family({"m", "h", Type::Gauge});
  for (std::size_t i = 0; i < kSeries; ++i) {
    const std::string body = label("a", std::to_string(i));
    SeriesReading series;
    series.labels = body;
    writer.on_series(series);
  }
  writer.on_family_end();

  const auto messages = read_protobuf_page(page);

  EXPECT_GT(messages.size(), 10U);
  std::size_t next = 0;
  for (const auto& message : messages) {
    EXPECT_EQ(message.name, "m");
    EXPECT_EQ(message.help, "h");
    EXPECT_EQ(message.type, 1U);
    EXPECT_FALSE(message.metrics.empty());
    for (const auto& metric : message.metrics) EXPECT_EQ(metric.at("a"), std::to_string(next++));
  }
  EXPECT_EQ(next, kSeries);
}

TEST(ProtobufWriter, WritesTheTimeOfAGaugeInMilliseconds) {
  SeriesReading series;
  series.value = 2.5;
  series.timestamp = base::UnixTime(std::chrono::seconds(1656581400));
  std::string page;
  ProtobufWriter writer(page);
  writer.on_family({"g", "h", Type::Gauge});
  writer.on_series(series);
  writer.on_family_end();

  const char* at = page.data();
  protozero::decode_varint(&at, page.data() + page.size());
  protozero::pbf_reader family(at, page.size() - static_cast<std::size_t>(at - page.data()));
  ASSERT_TRUE(family.next(4));
  protozero::pbf_reader metric = family.get_message();
  ASSERT_TRUE(metric.next(6));
  EXPECT_EQ(metric.get_int64(), 1656581400000);
}

TEST(ProtobufTextWriter, WritesTheTimeOfAGaugeInMilliseconds) {
  SeriesReading series;
  series.value = 2.5;
  series.timestamp = base::UnixTime(std::chrono::seconds(1656581400));
  std::string page;
  ProtobufTextWriter writer(page, ProtobufTextLayout::OneLine);
  writer.on_family({"g", "h", Type::Gauge});
  writer.on_series(series);
  writer.on_family_end();

  EXPECT_EQ(page,
            "name:\"g\" help:\"h\" type:GAUGE metric:{gauge:{value:2.5} "
            "timestamp_ms:1656581400000}\n");
}

TEST(ProtobufWriter, WritesNothingBeforeAFamilyEnds) {
  std::string page;
  ProtobufWriter writer(page);
  writer.on_family({"m", "h", Type::Counter});
  writer.on_series({});

  EXPECT_EQ(page, "");

  writer.on_family_end();
  EXPECT_EQ(read_protobuf_page(page).size(), 1U);
}

TEST(LabelReader, TakesABodyApart) {
  LabelReader reader(R"(a="",b="\"\\\n,c=\"",d="x")");

  std::vector<std::pair<std::string, std::string>> labels;
  while (reader.next()) labels.emplace_back(reader.name(), reader.value());

  const std::vector<std::pair<std::string, std::string>> wanted{
      {"a", ""}, {"b", "\"\\\n,c=\""}, {"d", "x"}};
  EXPECT_EQ(labels, wanted);
}

TEST(LabelReader, TakesNamesOutOfTheirQuotes) {
  LabelReader reader(R"("a.b"="x\\","c\"\\d\n,"="",e="\"y\"")");

  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.name(), "a.b");
  EXPECT_EQ(reader.value(), "x\\");
  EXPECT_EQ(reader.escaped_value(), "x\\\\");
  EXPECT_TRUE(reader.is_name_quoted());
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.name(), "c\"\\d\n,");
  EXPECT_EQ(reader.value(), "");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.name(), "e");
  EXPECT_EQ(reader.value(), "\"y\"");
  EXPECT_FALSE(reader.is_name_quoted());
  EXPECT_FALSE(reader.next());
}

TEST(LabelReader, FindsNothingInAnEmptyBody) {
  LabelReader reader("");

  EXPECT_FALSE(reader.next());
}

TEST(ProtobufQuote, CanBeReadBackAndHasNoControlCharacters) {
  std::mt19937 random(11);
  for (int round = 0; round < 5000; ++round) {
    const std::string text = random_text(random);
    std::string quoted;
    append_protobuf_quoted(quoted, text);

    EXPECT_EQ(support::unquoted(quoted), text);
    EXPECT_EQ(quoted.front(), '"');
    EXPECT_EQ(quoted.back(), '"');
    for (const char c : quoted) EXPECT_TRUE(static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
  }
}

}  // namespace
}  // namespace weir::exposition
