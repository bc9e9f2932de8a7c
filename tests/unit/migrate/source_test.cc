// SPDX-License-Identifier: Apache-2.0
#include "migrate/source.h"

#include <gtest/gtest.h>

namespace weir::migrate {
namespace {

TEST(Source, KnowsLinesWhateverEndsThem) {
  const Source source("a: 1\r\nb: 2\rc: 3", "m.yml");

  EXPECT_EQ(source.line_count(), 3);
  EXPECT_EQ(source.line_break(), "\r\n");
  EXPECT_EQ(source.text_of(source.line(0)), "a: 1");
  EXPECT_EQ(source.text_of(source.line(1)), "b: 2");
  EXPECT_EQ(source.line(1).next - source.line(1).end, 1);
  EXPECT_EQ(source.line(2).next, source.line(2).end);
  EXPECT_EQ(source.offset_of({3, 4}), 14);
  EXPECT_EQ(source.position_of(14), (rulefile::Position{3, 4}));
  EXPECT_EQ(source.raw(), "a: 1\r\nb: 2\rc: 3");
  EXPECT_EQ(source.text(), "a: 1\r\nb: 2\nc: 3");
}

TEST(Source, KeepsTheByteOrderMarkApart) {
  const Source source("\xEF\xBB\xBF#a\n", "m.yml");

  EXPECT_EQ(source.mark(), "\xEF\xBB\xBF");
  EXPECT_EQ(source.raw(), "#a\n");
}

TEST(Source, KnowsUtf16) {
  const Source source(std::string_view("\xFF\xFE#\0", 4), "m.yml");

  EXPECT_FALSE(source.is_utf8());
  EXPECT_EQ(source.text(), "#");
}

TEST(CommentBegin, KnowsWhatIsNoComment) {
  constexpr auto kNone = std::string_view::npos;
  EXPECT_EQ(comment_begin("# all of it"), 0);
  EXPECT_EQ(comment_begin("a: b # c # d"), 5);
  EXPECT_EQ(comment_begin("a: b\t# c"), 5);
  EXPECT_EQ(comment_begin("a: b#c"), kNone);
  EXPECT_EQ(comment_begin("a: 'b # c'"), kNone);
  EXPECT_EQ(comment_begin(R"(a: "b \" # c" # d)"), 14);
  EXPECT_EQ(comment_begin("a: 'it''s # c' # d"), 15);
  EXPECT_EQ(comment_begin("a: it's # d"), 8);
  EXPECT_EQ(comment_begin("a: ['b # c', \"d # e\"] # f"), 22);
}

}  // namespace
}  // namespace weir::migrate
