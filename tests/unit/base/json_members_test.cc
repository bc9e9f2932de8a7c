// SPDX-License-Identifier: Apache-2.0
#include "weir/base/json_members.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "weir/base/escape.h"

namespace weir::base {
namespace {

using Kind = JsonMember::Kind;

// All members as `key=value;`, and what is wrong at the end.
std::string read(std::string_view json) {
  JsonMembers members(json);
  JsonMember member;
  std::string out;
  while (members.next(member)) {
    out += std::string(member.key) + '=';
    if (member.kind == Kind::Text) out += "'" + std::string(member.text) + "'";
    if (member.kind == Kind::Number) out += std::to_string(member.number);
    if (member.kind == Kind::Boolean) out += member.is_true ? "true" : "false";
    if (member.kind == Kind::Null) out += "null";
    if (member.kind == Kind::Nested) out += "nested";
    out += ';';
  }
  return out + std::string(members.fault());
}

TEST(JsonMembers, ReadsEveryKindOfValue) {
  EXPECT_EQ(read(R"({"a":"b","c":1.5,"d":true,"e":false,"f":null})"),
            "a='b';c=1.500000;d=true;e=false;f=null;");
  EXPECT_EQ(read(" { \"a\" : -2e1 , \"b\" : 0 } \r\n"), "a=-20.000000;b=0.000000;");
  EXPECT_EQ(read("{}"), "");
}

TEST(JsonMembers, DecodesEscapes) {
  EXPECT_EQ(read(R"({"a":"\"\\\/\b\f\n\r\t"})"), "a='\"\\/\b\f\n\r\t';");
  EXPECT_EQ(read(R"({"\u0061":"x\u00e9\u20AC"})"), "a='x\u00e9\u20ac';");
  EXPECT_EQ(read(R"({"a":"\ud83d\ude00"})"), "a='\U0001F600';");
  EXPECT_EQ(read(R"({"a":"\u0000"})"), std::string("a='\0';", 6));
}

TEST(JsonMembers, ReadsBackWhatIsWrittenQuoted) {
  std::string text;
  for (int byte = 0; byte < 128; ++byte) text += static_cast<char>(byte);
  text += "\u0085\u2028\ufeff\U000e0001\U0001F600";
  std::string json = "{\"a\":";
  append_json_quoted(json, text);
  json += '}';

  EXPECT_EQ(read(json), "a='" + text + "';");
}

TEST(JsonMembers, LeavesOutWhatIsNested) {
  EXPECT_EQ(read(R"({"a":[1,[],{"b":{}}],"c":{"d":"\n","e":[{}]},"f":2})"),
            "a=nested;c=nested;f=2.000000;");
  EXPECT_EQ(read(R"({"a":[1,]})"), "no value where one must be");
  EXPECT_EQ(read(R"({"a":{"b"}})"), "no colon after a key");
  EXPECT_EQ(read(R"({"a":[1)"), "no comma after a value");
}

TEST(JsonMembers, BoundsTheDepth) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };

  EXPECT_EQ(read(nested(32)), "a=nested;");
  EXPECT_EQ(read(nested(33)), "nested too deep");
  EXPECT_EQ(read(nested(1'000'000)), "nested too deep");
}

TEST(JsonMembers, SaysWhatIsWrong) {
  EXPECT_EQ(read(""), "no JSON object");
  EXPECT_EQ(read("a:1|c"), "no JSON object");
  EXPECT_EQ(read("{\"a\":1"), "a=1.000000;no comma after a value");
  EXPECT_EQ(read("{\"a\":1,}"), "a=1.000000;no text where one must be");
  EXPECT_EQ(read("{\"a\" 1}"), "no colon after a key");
  EXPECT_EQ(read("{\"a\":}"), "no value where one must be");
  EXPECT_EQ(read("{\"a\":+1}"), "no value where one must be");
  EXPECT_EQ(read("{\"a\":1.}"), "no value where one must be");
  EXPECT_EQ(read("{\"a\":01}"), "a=0.000000;no comma after a value");
  EXPECT_EQ(read("{\"a\":1e999}"), "a number out of range");
  EXPECT_EQ(read("{\"a\":nul}"), "no value where one must be");
  EXPECT_EQ(read("{\"a\":1} x"), "a=1.000000;something after the object");
}

TEST(JsonMembers, RefusesTextsThatAreNone) {
  EXPECT_EQ(read("{\"a\":\"b"), "a text without end");
  EXPECT_EQ(read("{\"a\":\"b\\"), "no such escape");
  EXPECT_EQ(read("{\"a\":\"\\x\"}"), "no such escape");
  EXPECT_EQ(read("{\"a\":\"\\u12"), "an escape cut short");
  EXPECT_EQ(read("{\"a\":\"\\u12g4\"}"), "no such escape");
  EXPECT_EQ(read("{\"a\":\"\\ud83d\"}"), "half a pair of surrogates");
  EXPECT_EQ(read("{\"a\":\"\\ud83d\\u0041\"}"), "half a pair of surrogates");
  EXPECT_EQ(read("{\"a\":\"\\ude00\"}"), "half a pair of surrogates");
  EXPECT_EQ(read("{\"a\":\"\n\"}"), "a control character");
  EXPECT_EQ(read("{\"a\":\"\xff\"}"), "bytes that are no UTF-8");
}

}  // namespace
}  // namespace weir::base
