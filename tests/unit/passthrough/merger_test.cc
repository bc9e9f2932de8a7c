// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/merger.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "weir/passthrough/text_parser.h"
#include "weir/passthrough/text_writer.h"

namespace weir::passthrough {
namespace {

void add_page(Merger& merger, std::string_view page) { merger.add(*parse_text(page, {})); }

std::string merged_text(Merger& merger) {
  std::string text;
  write_text(merger.take(), text);
  return text;
}

TEST(Merger, WritesOneHelpAndTypeForEachFamily) {
  Merger merger;
  add_page(merger, "# HELP b First.\n# TYPE b counter\nb{app=\"1\"} 1\n");
  add_page(merger, "# HELP b Second.\n# TYPE b counter\nb{app=\"2\"} 2\na 1\n");
  EXPECT_EQ(merged_text(merger),
            "# TYPE a untyped\na 1\n"
            "# HELP b First.\n# TYPE b counter\nb{app=\"1\"} 1\nb{app=\"2\"} 2\n");
  EXPECT_EQ(merger.counts().duplicates, 0U);
}

TEST(Merger, TakesTheFirstHelpThatThereIs) {
  Merger merger;
  add_page(merger, "a 1\n");
  add_page(merger, "# HELP a Later.\na{b=\"c\"} 1\n");
  EXPECT_EQ(merged_text(merger), "# HELP a Later.\n# TYPE a untyped\na 1\na{b=\"c\"} 1\n");
}

TEST(Merger, DropsASeriesThatWasThereWhateverTheOrderOfItsLabels) {
  Merger merger;
  add_page(merger, "a{b=\"1\",c=\"2\"} 1\na{b=\"1\"} 1\n");
  add_page(merger, "a{c=\"2\",b=\"1\"} 5\na{b=\"2\"} 1\na{b=\"1c2\"} 1\n");
  EXPECT_EQ(merged_text(merger),
            "# TYPE a untyped\na{b=\"1\",c=\"2\"} 1\na{b=\"1\"} 1\na{b=\"2\"} 1\na{b=\"1c2\"} 1\n");
  EXPECT_EQ(merger.counts().duplicates, 1U);
}

TEST(Merger, KeepsTheFirstTypeOfPlainFamilies) {
  Merger merger;
  add_page(merger, "# TYPE a counter\na{b=\"1\"} 1\n");
  add_page(merger, "# TYPE a gauge\na{b=\"2\"} 1\n");
  EXPECT_EQ(merged_text(merger), "# TYPE a counter\na{b=\"1\"} 1\na{b=\"2\"} 1\n");
  EXPECT_EQ(merger.counts().retyped, 1U);
}

TEST(Merger, LeavesOutSamplesThatTheFirstTypeCannotHave) {
  Merger merger;
  add_page(merger, "# TYPE a gauge\na 1\n");
  add_page(merger, "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n");
  EXPECT_EQ(merged_text(merger), "# TYPE a gauge\na 1\n");
  EXPECT_EQ(merger.counts().misfits, 3U);
}

TEST(Merger, BeginsAnewOnceItWasTaken) {
  Merger merger;
  add_page(merger, "a 1\n");
  EXPECT_EQ(merged_text(merger), "# TYPE a untyped\na 1\n");
  add_page(merger, "a 2\n");
  EXPECT_EQ(merged_text(merger), "# TYPE a untyped\na 2\n");
  EXPECT_EQ(merger.counts().duplicates, 0U);
}

}  // namespace
}  // namespace weir::passthrough
