// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/yaml_document.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "weir/rulefile/config_error.h"

namespace weir::rulefile {
namespace {

YamlDocument parse(const std::string& text) {
  Diagnostics diagnostics("f");
  auto document = YamlDocument::parse(text, diagnostics);
  diagnostics.throw_errors();
  return document;
}

std::string error_of(const std::string& text) {
  try {
    parse(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

// The document as `{key:value}` and `[item]`; strings that no plain scalar could be are in quotes.
std::string drawn(const YamlNode& node) {
  if (node.kind == NodeKind::Null) return "~";
  if (node.kind == NodeKind::Scalar) return node.is_plain ? node.text : "'" + node.text + "'";
  std::string out;
  for (const auto& [key, value] : node.entries) {
    if (!out.empty()) out += ",";
    if (key != nullptr) out += drawn(*key) + ":";
    out += drawn(*value);
  }
  return node.kind == NodeKind::Map ? "{" + out + "}" : "[" + out + "]";
}

struct DocumentRow {
  std::string text;
  std::string expected;
};

class YamlTree : public testing::TestWithParam<DocumentRow> {};

TEST_P(YamlTree, HoldsTheDocument) {
  const auto document = parse(GetParam().text);

  EXPECT_EQ(drawn(document.root()), GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    , YamlTree,
    testing::Values(
        DocumentRow{"", "~"}, DocumentRow{"# only a comment\n", "~"}, DocumentRow{"null", "~"},
        DocumentRow{"---\n", "~"},
        DocumentRow{"a: 1\nb: '1'\nc: \"1\"\nd: !!str 1\ne: !!int \"1\"\nf: !x 1\ng: |\n  1\n",
                    "{a:1,b:'1',c:'1',d:'1',e:1,f:'1',g:'1\n'}"},
        DocumentRow{"a:\nb: ~\nc: Null\nd: ''\n", "{a:~,b:~,c:~,d:''}"},
        DocumentRow{"- 1\n-\n- [a, {b: c}]\n", "[1,~,[a,{b:c}]]"},
        DocumentRow{"a: 1\n---\nb: 2\n", "{a:1}"}, DocumentRow{"a: 1\n---\n]][[", "{a:1}"},
        DocumentRow{"a: 1\r\nb: 2\r\n", "{a:1,b:2}"},
        // Aliases, of whatever an anchor may name.
        DocumentRow{"a: &x [1, 2]\nb: *x\nc: &y\nd: *y\n&k e: 1\nf: *k\n",
                    "{a:[1,2],b:[1,2],c:~,d:~,e:1,f:e}"},
        DocumentRow{"a: &x 1\nb: &x 2\nc: *x\n", "{a:1,b:2,c:2}"},
        // Merges: own keys win wherever they stand, then earlier maps.
        DocumentRow{"m: &m {a: 1, b: 2}\nn: {<<: *m, b: 3}\n", "{m:{a:1,b:2},n:{b:3,a:1}}"},
        DocumentRow{"m: &m {a: 1, b: 2}\nn: {b: 3, <<: *m}\n", "{m:{a:1,b:2},n:{b:3,a:1}}"},
        DocumentRow{"m: &m {a: 1}\nn: &n {a: 2, b: 2}\no: {<<: [*m, *n]}\n",
                    "{m:{a:1},n:{a:2,b:2},o:{a:1,b:2}}"},
        DocumentRow{"m: &m {a: 1}\nn: &n {<<: *m}\no: {<<: *n}\n", "{m:{a:1},n:{a:1},o:{a:1}}"},
        // Quotes that are closed, whatever stands in them.
        DocumentRow{"a: 'it''s'\n", "{a:'it's'}"}, DocumentRow{"a: \"\\\\\" # \"\n", "{a:'\\'}"},
        DocumentRow{"a: \"x\n  y\"\n", "{a:'x y'}"}, DocumentRow{"a: b\"c\n", "{a:b\"c}"},
        DocumentRow{"a: {<<: {b: 1}}\n", "{a:{b:1}}"},
        DocumentRow{"a: {'<<': 1}\n", "{a:{'<<':1}}"}));

class YamlFault : public testing::TestWithParam<DocumentRow> {};

TEST_P(YamlFault, IsReportedWithItsPosition) {
  const auto error = error_of(GetParam().text);

  EXPECT_TRUE(error.starts_with(GetParam().expected)) << GetParam().text << "\n" << error;
}

INSTANTIATE_TEST_SUITE_P(
    , YamlFault,
    testing::Values(
        DocumentRow{"a: 1\nb: 2\na: 3\n", "f:3:1: key \"a\" is already set in this map"},
        DocumentRow{"x:\n- a: 1\n  'a': 2\n", "f:3:3: key \"a\" is already set in this map"},
        DocumentRow{"a: 1\nb\n", "f:2:1: could not find ':' after \"b\""},
        DocumentRow{"a: [1\n", "f:2:1: yaml: end of sequence flow not found"},
        DocumentRow{"a: 1\n\tb: 2\n", "f:2:1: yaml: illegal tab"},
        DocumentRow{"a: 1\nb: \"open\nc: 2\n", "f:2:4: yaml: this quote is never closed"},
        DocumentRow{"a: &x 'it''s\n", "f:1:4: yaml: this quote is never closed"},
        DocumentRow{"a: !!str \"\\\"\n", "f:1:4: yaml: this quote is never closed"},
        DocumentRow{"a: *b\n", "f:1:4: yaml: the referenced anchor is not defined"},
        DocumentRow{"a: *.b\n", "f:1:4: yaml: the referenced anchor"},
        DocumentRow{"a: &x [*x]\n", "f:1:8: this alias stands inside its own anchor"},
        DocumentRow{"a: &x {b: {c: *x}}\n", "f:1:15: this alias stands inside its own anchor"},
        DocumentRow{"? [a]\n: 1\n", "f:1:3: a key must be a plain word"},
        DocumentRow{"? {a: 1}\n: 1\n", "f:1:3: a key must be a plain word"},
        DocumentRow{"a: {<<: 1}\n", "f:1:9: `<<` needs a map"},
        DocumentRow{"a: {<<: [1]}\n", "f:1:10: `<<` needs a map"}));

TEST(YamlDocument, TellsWhereANodeStands) {
  const auto document = parse("a: 1\nb:\n  - é: x\n");

  const YamlNode& item = *document.root().entries[1].value->entries[0].value;

  EXPECT_EQ(item.position, (Position{3, 5}));
  EXPECT_EQ(item.entries[0].value->position, (Position{3, 9}));
}

TEST(YamlDocument, RefusesAnAliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    text += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }

  EXPECT_NE(error_of(text).find("more than 2000000 YAML nodes"), std::string::npos);
}

TEST(YamlDocument, RefusesAMergeBomb) {
  std::string text = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 30; ++i) {
    text += fmt::format("a{0}: &a{0} {{<<: [*a{1}, *a{1}]}}\n", i, i - 1);
  }

  EXPECT_NE(error_of(text).find("more than 2000000 YAML nodes"), std::string::npos);
}

TEST(YamlDocument, BoundsNesting) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };

  EXPECT_EQ(error_of(nested(YamlDocument::kNestingMax)), "");
  EXPECT_NE(error_of(nested(YamlDocument::kNestingMax + 1)).find("nested deeper than 64"),
            std::string::npos);
  EXPECT_NE(error_of(nested(100'000)), "");
}

}  // namespace
}  // namespace weir::rulefile
