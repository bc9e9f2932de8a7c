// SPDX-License-Identifier: Apache-2.0
#include "rulefile/condensed_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "weir/rulefile/config_error.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::rulefile {
namespace {

// A document with the place of each node.
std::string drawn(const YamlNode& node) {
  auto out = fmt::format("{}:{}", node.position.line, node.position.column);
  if (node.kind == NodeKind::Null) return out + "~";
  if (node.kind == NodeKind::Scalar) {
    return out + (node.is_plain ? " " + node.text : "'" + node.text + "'");
  }
  out += node.kind == NodeKind::Map ? "{" : "[";
  for (const auto& [key, value] : node.entries) {
    if (key != nullptr) out += drawn(*key) + ": ";
    out += drawn(*value) + ", ";
  }
  return out + (node.kind == NodeKind::Map ? "}" : "]");
}

using Parse = YamlDocument(const std::string& text, Diagnostics& diagnostics);

// The document, or what is wrong.
std::string outcome(Parse parse, const std::string& text) {
  Diagnostics diagnostics("f");
  try {
    const auto document = parse(text, diagnostics);
    diagnostics.throw_errors();
    return drawn(document.root());
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(CondensedText, WritesTheFirstItemOfAShapeAndTheOthersAsOneWord) {
  const auto condensed = condense(
      "mappings:\n- match: a.*\n  name: \"b\"\n  labels:\n    c: $1\n\n- match: d.*\n"
      "  name: \"e f\"\n  labels:\n    c: g\n# end\n");

  ASSERT_TRUE(condensed);
  EXPECT_EQ(condensed->text,
            "mappings:\n- match: x\n  name: \"x\"\n  labels:\n    c: x\n\n- x\n\n\n\n\n");
  EXPECT_EQ(condensed->values.size(), 3);
  EXPECT_EQ(condensed->repeated, (std::vector<std::string_view>{"d.*", "e f", "g"}));
}

TEST(CondensedText, WritesOneWordForItemsThatAreRepeatedInOneList) {
  const auto condensed =
      condense("a:\n- b: c\n- b: d\n# e\n- b: f\n\n- b: g\nh:\n- b: i\n- b: j\n- [k]\n- b: l\n");

  ASSERT_TRUE(condensed);
  EXPECT_EQ(condensed->text, "a:\n- b: x\n- x\n\nh:\n- b: x\n- x\n- [k]\n- b: x\n");
  EXPECT_EQ(condensed->line_in_file(4), 4);
  EXPECT_EQ(condensed->line_in_file(5), 8);
  EXPECT_EQ(condensed->line_in_file(8), 11);
}

TEST(CondensedText, LeavesWhatItCannotReadAsItIs) {
  const std::string items =
      "- match: &a b\n- match: *a\n- match: !!str a\n- match: [a, 'b']\n- match: {a: b}\n"
      "- match: |\n    a\n- match: \"a\\tb\"\n- match: 'it''s'\n- match: a # b\n- match: a: b\n"
      "- match: a:\n- match: \n- match:\n- <<: a\n- ? a\n- match: é\n- match: [a]\n- match: "
      "null\n-\n"
      "- match: a\n   b\n- match: 'a\n   b'\n- l: [&a b]\n  a: c\n- l: {<<: {b: c}}\n  a: c\n";

  const auto condensed = condense(items + "- match: a\n");

  ASSERT_TRUE(condensed);
  EXPECT_EQ(condensed->text, items + "- match: x\n");
}

class Condensed : public testing::TestWithParam<std::string> {};

TEST_P(Condensed, GivesTheDocumentThatIsWritten) {
  const auto document = YamlDocument::parse_condensed(GetParam());

  ASSERT_TRUE(document) << GetParam();
  EXPECT_EQ(drawn(document->root()), outcome(YamlDocument::parse_as_written, GetParam()))
      << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    , Condensed,
    testing::Values(
        "- a: b\n- a: c\n- a: d\n", "- a: b\n- a: c", "  - a: b\n\n  - a: c\n",
        "-  a: b\n-  a: c\n", "m:\n- a: b\n  l:\n    k: 1\n- a: c\n  l:\n    k: 2\nn: 3\n",
        // Quotes, and values that no word stands in for.
        "- a: \"b c\"\n- a: ''\n- a: 'd'\n- a: 'x'\n- a: x\n- a: \"\"\n- a: \"x\"\n",
        "- n: null\n  a: 1\n- n: null\n  a: 2\n",
        "- n: ~\n  l: [a, 1, null]\n  a: 1\n"
        "- n: ~\n  l: [a, 1, null]\n  a: 2\n",
        "- l: {a: \"b\", c: [d]}\n  a: 1\n- l: {a: \"b\", c: [d]}\n  a: 2\n",
        "- b: \"\\t\"\n  c: 'it''s'\n  a: 1\n- b: \"\\t\"\n  c: 'it''s'\n  a: 2\n",
        "- n:\n  a: 1\n- n:\n  a: 2\n", "- l: []\n  a: 1\n- l: []\n  a: 2\n",
        "- a: true\n- a: 1.5\n- a: .5\n- a: $1\n- a: ^b$\n- a: b, c\n- a: b}c]\n- a: b:c#d\n",
        // Empty lines and comments.
        "- a: b\n# - a: c\n\n  c: d\n# end\n- a: b\n# - a: d\n\n  c: e\n\n\n- a: b\n\n\n  c: f\n",
        // Lists inside, and lists of the same shape elsewhere.
        "- q:\n  - a: 1\n    b: 2\n  - a: 3\n    b: 4\n- q:\n  - a: 5\n    b: 6\n  - a: 7\n    b: "
        "8\n",
        "- - a: 1\n  - a: 2\n- - a: 3\n  - a: 4\n", "- a\n- b\n- c\n",
        "- l:\n  - b\n  - c\n- l:\n  - d\n  - e\n", "k:\n- a: b\nm:\n- a: c\n",
        "k:\n- a: b\n-  c: d\n",
        // Beside what stays as it is.
        "- &x\n  a: b\n- a: c\n- *x\n- a: d\n", "- a: |\n    - b: c\n  d: e\n- a: f\n- a: g\n",
        "- a: [\n  b]\n- a: f\n", "--- # b\n- a: f\n- a: g\n",
        "%YAML 1.1\n---\n- a: f\n- a: g\n...\n", "- a: f\nb: |\n  c", "- {a: b}\n- a: c\n- a: d\n",
        "- a: b\n   c\n- a: b\n",
        // Several repeated items in a row, in lists of any depth.
        "- a: b\n- a: c\n- a: d\n\n# e\n- a: f\n",
        "k:\n- a: b\n- a: c\n- a: d\nm:\n- a: e\n- a: f\n",
        "k:\n  - a: b\n  - a: c\n  - a: d\nm:\n  - a: e\n  - a: f\n",
        "-  a: b\n-  a: c\n- d\n- e\n- f\n",
        "- - a: 1\n  - a: 2\n- - a: 3\n  - a: 4\n- - a: 5\n  - a: 6\n",
        "- a: b\n- a: c\n- a: d\nk: e\n", "k:\n  l:\n  - a: b\nm:\n  - a: c\n",
        "k:\n  l:\n  - &n\n    a: b\n  - a: c\n  - a: d\n  - a: e\n  - [f]\n  - a: g\n  - a: h\n"));

class NotCondensed : public testing::TestWithParam<std::string> {};

TEST_P(NotCondensed, IsReadAsItIsWritten) {
  EXPECT_FALSE(YamlDocument::parse_condensed(GetParam())) << GetParam();
  EXPECT_EQ(outcome(YamlDocument::parse, GetParam()),
            outcome(YamlDocument::parse_as_written, GetParam()))
      << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    , NotCondensed,
    testing::Values("", "a: b\n", "- a: b\r\n- a: c\r\n", "- a: b\n\t\n- a: c\n",
                    // What looks like an item is the text of another value.
                    "a: |\n  - a: b\n  - a: c\n", "a: >\n - a: b\n", "a: \"\n- a: b\n- a: c\n\"\n",
                    "a: '\n - a: b\n - a: c'\n", "a: b\n - a\n - c\n", "a: [b,\n- c: d\n]\n",
                    // The same shape in more lists than before.
                    "k:\n- a: b\nm:\n  n: [c,\n- d: e]\n",
                    // What goes on in the next line, and a second document.
                    "- a: b\n   - c\n- a: d\n   - e\n", "- a: f\n---\n- a: g\n",
                    // Errors.
                    "- a: longer\n- a: b\n  a: c\n", "- a: longer\n- a: \"longer\n",
                    "- a: longer\n- a: longer\n  b: \"\\d\"\n", "- a: longer\n - b: longer\n",
                    "- a: longer\n  b: *c\n- a: d\n", "- l: {b: c, b: d}\n  a: longer\n",
                    "- l: [b, \"c]\n  a: \"longer\"\n- l: [b, \"c]\n  a: \"longer\"\n",
                    // Errors that are there for what came before.
                    "- a: longer\n- a: c\n  l:\n  c\"\n- a: longer\n- &x\n",
                    "- a: longer\n- a:\n  d]\n- - a: longer\n- - a: longer\n",
                    // Rows of what only looks like items.
                    "- a: b\n- a: c\n- a: d\nk: |\n- a: e\n- a: f\n",
                    "- a: b\n- c: |\n  - a: d\n  - a: e\n  - a: f\n",
                    "k:\n- a: b\nm: [c,\n- a: d\n- a: e\n]\n",
                    "a: \"\n- a: b\n- a: c\n- a: d\n\"\n", "- a: b\n- a: c\n- a: d\n- a: *e\n"));

// A text that has so many items, and aliases that take up much of what a document may have.
std::string with_aliases(int items) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 6; ++i) {
    text += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i,
                        i - 1);
  }
  for (int i = 0; i < 4; ++i) text += fmt::format("b{0}: *a5\n", i);
  text += "items:\n";
  for (int i = 0; i < items; ++i) text += "- a: b\n  c: d\n  e: f\n  g: h\n";
  return text;
}

TEST(CondensedText, TakesNoMoreLinesThanADocumentMayHaveNodes) {
  const auto lines = [](std::size_t count) {
    std::string text = "- a: b\n";
    for (std::size_t i = 1; i < count; ++i) text += " a:\n";
    return text + " a: b\n";
  };

  EXPECT_TRUE(condense(lines(1'000)));
  EXPECT_FALSE(condense(lines(YamlDocument::kNodesMax + 1)));
}

TEST(CondensedText, CountsTheNodesThatItLeavesOut) {
  EXPECT_TRUE(YamlDocument::parse_condensed(with_aliases(100)));

  const auto text = with_aliases(20'000);
  EXPECT_FALSE(YamlDocument::parse_condensed(text));
  EXPECT_NE(outcome(YamlDocument::parse, text).find("more than 2000000 YAML nodes"),
            std::string::npos);
}

}  // namespace
}  // namespace weir::rulefile
