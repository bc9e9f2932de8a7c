// SPDX-License-Identifier: Apache-2.0
#include "exposition/plain_labels.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "exposition/label_reader.h"
#include "exposition/protobuf_wire.h"
#include "weir/exposition/protobuf_fields.h"

namespace weir::exposition {
namespace {

// From memory that ends where the body does, so that sanitizers see what is read after it.
std::optional<std::string> plain(PlainLabels& labels, std::string_view body) {
  const auto exact = std::make_unique<char[]>(body.size());
  body.copy(exact.get(), body.size());
  std::string fields(4 * body.size(), '\0');
  const char* const end = labels.put(fields.data(), {exact.get(), body.size()});
  if (end == nullptr) return std::nullopt;
  fields.resize(static_cast<std::size_t>(end - fields.data()));
  return fields;
}

std::optional<std::string> plain(std::string_view body) {
  PlainLabels labels;
  return plain(labels, body);
}

std::string label_by_label(std::string_view body) {
  std::string fields(4 * body.size(), '\0');
  char* at = fields.data();
  LabelReader labels(body);
  while (labels.next()) {
    at = put_message(at, MetricField::Label, [&labels](char* to) {
      to = put_text(to, LabelField::Name, labels.name());
      return put_text(to, LabelField::Value, labels.value());
    });
  }
  fields.resize(static_cast<std::size_t>(at - fields.data()));
  return fields;
}

std::string label(std::string_view name, std::size_t value_size) {
  return std::string(name) + "=\"" + std::string(value_size, 'v') + '"';
}

TEST(PlainLabels, AreNoneInAnEmptyBody) { EXPECT_EQ(plain(""), ""); }

TEST(PlainLabels, AreThoseOfTheBodyAtEveryLength) {
  // Each length of a body up to two words of 64 bytes and a step, with quotes at each place.
  for (std::size_t first = 0; first < 100; ++first) {
    EXPECT_EQ(plain(label("a", first)), label_by_label(label("a", first))) << first;
    for (std::size_t second = 0; second < 60; ++second) {
      const std::string body = label("ab", first) + ',' + label("c", second);
      EXPECT_EQ(plain(body), label_by_label(body)) << body;
    }
  }
}

TEST(PlainLabels, AreThoseOfManyLabels) {
  std::string body = label("l0", 0);
  for (std::size_t i = 1; i < 40; ++i) body += ',' + label("l" + std::to_string(i), i % 9);
  ASSERT_LT(body.size(), 512U);

  EXPECT_EQ(plain(body), label_by_label(body));
}

TEST(PlainLabels, AreAnyBytesButEscapes) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string body;
    for (std::size_t count = 1 + random() % 5; count > 0; --count) {
      std::string one = label("n" + std::to_string(count), random() % 30);
      for (std::size_t i = one.find('"') + 1; i + 1 < one.size(); ++i) {
        const auto byte = static_cast<char>(random());
        one[i] = byte == '"' || byte == '\\' || byte == '\n' ? ',' : byte;
      }
      if (!body.empty()) body += ',';
      body += one;
    }
    EXPECT_EQ(plain(body), label_by_label(body)) << body;
  }
}

TEST(PlainLabels, AreThoseOfTheBodyWhateverCameBefore) {
  std::mt19937 random(5);
  PlainLabels labels;
  for (int round = 0; round < 5000; ++round) {
    // Often of one length, and of one length with the quotes elsewhere.
    const std::size_t first = random() % 3;
    std::string body = label("a", 10 + first) + ',' + label("bc", 12 - first);
    for (std::size_t count = random() % 3 * 40; count > 0; --count) body.insert(4, 1, 'w');
    const std::size_t kind = random() % 8;
    if (kind == 0) body.clear();
    if (kind == 1) body.replace(3, 2, "\\\\");
    if (kind == 2) body.insert(0, "\"d.e\"=\"x\",");
    const bool is_plain = kind == 0 || kind > 2;
    EXPECT_EQ(plain(labels, body), is_plain ? std::optional(label_by_label(body)) : std::nullopt)
        << body;
  }
}

TEST(PlainLabels, LeaveEscapesAtAnyPlaceToTheReader) {
  const std::string body = label("name", 40) + ',' + label("other", 70);
  for (std::size_t i = 0; i + 1 < body.size(); ++i) {
    if (body[i] != 'v' || body[i + 1] != 'v') continue;
    std::string escaped = body;
    escaped.replace(i, 2, "\\\"");
    EXPECT_EQ(plain(escaped), std::nullopt) << escaped;
  }
}

TEST(PlainLabels, LeaveNamesInQuotesToTheReader) {
  EXPECT_EQ(plain(R"("a.b"="x")"), std::nullopt);
  EXPECT_EQ(plain(R"(a="x","b.c"="y")"), std::nullopt);
}

TEST(PlainLabels, LeaveLongOnesToTheReader) {
  // A name, a value and two tags and lengths: the most that a length of one byte says.
  constexpr std::size_t kValueMax = 127 - 4 - 1;
  EXPECT_EQ(plain(label("a", kValueMax)), label_by_label(label("a", kValueMax)));
  EXPECT_EQ(plain(label("a", kValueMax + 1)), std::nullopt);

  std::string body = label("a", 96);
  for (std::size_t i = 0; i < 4; ++i) body += ',' + label("b", 99);
  EXPECT_EQ(body.size(), 516U);
  EXPECT_EQ(plain(body), std::nullopt);
  const std::string at_most = body.substr(0, body.size() - 5) + '"';
  EXPECT_EQ(at_most.size(), 512U);
  EXPECT_EQ(plain(at_most), label_by_label(at_most));
}

}  // namespace
}  // namespace weir::exposition
