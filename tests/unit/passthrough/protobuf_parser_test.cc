// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/protobuf_parser.h"

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "weir/passthrough/text_writer.h"

namespace weir::passthrough {
namespace {

// Fields of a message: below 128 bytes and above 0, as all here are.
std::string bytes_field(int number, std::string_view value) {
  std::string field(1, static_cast<char>(number << 3 | 2));
  field += static_cast<char>(value.size());
  return field.append(value);
}

std::string number_field(int number, int value) {
  return {static_cast<char>(number << 3), static_cast<char>(value)};
}

std::string double_field(int number, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  std::string field(1, static_cast<char>(number << 3 | 1));
  for (unsigned shift = 0; shift < 64; shift += 8) field += static_cast<char>(bits >> shift);
  return field;
}

std::string label_field(std::string_view name, std::string_view value) {
  return bytes_field(1, bytes_field(1, name) + bytes_field(2, value));
}

// A family with one metric.
std::string family_of(std::string_view name, int type, const std::string& metric) {
  const std::string message = bytes_field(1, name) + bytes_field(2, "Help.") +
                              number_field(3, type) + bytes_field(4, metric);
  return static_cast<char>(message.size()) + message;
}

std::string read_protobuf(const std::string& page, const ParseLimits& limits = {}) {
  const auto families = parse_protobuf(page, limits);
  if (!families) return families.error().what;
  std::string text;
  write_text(*families, text);
  return text;
}

const std::string kCounter =
    family_of("c", 0, label_field("a", "b") + bytes_field(3, double_field(1, 7)));

TEST(ProtobufParser, ReadsEveryType) {
  EXPECT_EQ(read_protobuf(kCounter), "# HELP c Help.\n# TYPE c counter\nc{a=\"b\"} 7\n");
  EXPECT_EQ(
      read_protobuf(family_of("g", 1, bytes_field(2, double_field(1, -1)) + number_field(6, 9))),
      "# HELP g Help.\n# TYPE g gauge\ng -1 9\n");
  EXPECT_EQ(read_protobuf(family_of("u", 3, bytes_field(5, double_field(1, 2)))),
            "# HELP u Help.\n# TYPE u untyped\nu 2\n");
  const std::string totals = number_field(1, 3) + double_field(2, 2.5);
  const std::string quantile = bytes_field(3, double_field(1, 0.5) + double_field(2, 1));
  EXPECT_EQ(read_protobuf(family_of("s", 2, bytes_field(4, totals + quantile))),
            "# HELP s Help.\n# TYPE s summary\ns{quantile=\"0.5\"} 1\ns_sum 2.5\ns_count 3\n");
  const std::string bucket = bytes_field(3, number_field(1, 2) + double_field(2, 1));
  EXPECT_EQ(read_protobuf(family_of("h", 4, bytes_field(7, bucket + totals))),
            "# HELP h Help.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_sum 2.5\nh_count 3\n");
}

TEST(ProtobufParser, KeepsTheLastOfTwoFamilies) {
  EXPECT_EQ(read_protobuf(kCounter + family_of("c", 1, bytes_field(2, double_field(1, 1)))),
            "# HELP c Help.\n# TYPE c gauge\nc 1\n");
  EXPECT_EQ(read_protobuf(""), "");
}

TEST(ProtobufParser, PassesOverFieldsOfAnotherWireType) {
  const std::string pair = number_field(1, 1) + number_field(2, 1);
  const std::string label = bytes_field(1, pair + bytes_field(1, "a") + bytes_field(2, "b"));
  const std::string value = bytes_field(3, number_field(1, 1) + double_field(1, 7));
  const std::string wrong = double_field(1, 1) + double_field(6, 1) + double_field(3, 1);
  const std::string message = double_field(1, 1) + bytes_field(1, "c") + double_field(2, 1) +
                              double_field(3, 1) + double_field(4, 1) +
                              bytes_field(4, wrong + label + value);
  EXPECT_EQ(read_protobuf(static_cast<char>(message.size()) + message),
            "# TYPE c counter\nc{a=\"b\"} 7\n");
  const std::string point = bytes_field(3, bytes_field(1, "x") + bytes_field(2, "y"));
  const std::string observed = point + double_field(1, 1) + number_field(2, 1) + double_field(3, 1);
  EXPECT_EQ(read_protobuf(family_of("h", 4, bytes_field(7, observed))),
            "# HELP h Help.\n# TYPE h histogram\nh_bucket{le=\"0\"} 0\nh_sum 0\nh_count 0\n");
  EXPECT_EQ(read_protobuf(family_of("s", 2, bytes_field(4, observed))),
            "# HELP s Help.\n# TYPE s summary\ns{quantile=\"0\"} 0\ns_sum 0\ns_count 0\n");
}

TEST(ProtobufParser, RefusesWhatIsWrong) {
  const std::string value = bytes_field(3, double_field(1, 7));
  EXPECT_EQ(read_protobuf(kCounter.substr(0, 20)), "unexpected EOF");
  EXPECT_EQ(read_protobuf("\x02\x0f\x0f"), "the body is no protobuf message");
  EXPECT_EQ(read_protobuf(family_of("1", 0, value)), "invalid metric name \"1\"");
  EXPECT_EQ(read_protobuf(family_of("c", 9, value)), "unknown type of metric \"c\"");
  EXPECT_EQ(read_protobuf(family_of("c", 1, value)), "collected metric \"c\" is not a GAUGE");
  EXPECT_EQ(read_protobuf(family_of("c", 0, label_field("a b", "c") + value)),
            "invalid label name \"a b\"");
  EXPECT_EQ(read_protobuf(family_of("c", 0, label_field("a", "\xff") + value)),
            "invalid label value \"\\xff\"");
  EXPECT_EQ(read_protobuf(family_of("c", 0, label_field("a", "b") + label_field("a", "c") + value)),
            "duplicate label names for metric \"c\"");
  EXPECT_EQ(read_protobuf(family_of("h", 4, label_field("le", "1") + bytes_field(7, ""))),
            "collected metric \"h\" must not have an explicit \"le\" label");
}

TEST(ProtobufParser, RefusesPagesPastTheirLimits) {
  EXPECT_EQ(read_protobuf(kCounter, {.bytes_max = 10}), "more than 10 bytes");
  EXPECT_EQ(read_protobuf(kCounter, {.samples_max = 0}), "more than 0 samples");
  EXPECT_EQ(read_protobuf(kCounter, {.labels_max = 0}), "more than 0 labels");
}

}  // namespace
}  // namespace weir::passthrough
