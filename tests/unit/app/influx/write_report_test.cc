// SPDX-License-Identifier: Apache-2.0
#include "app/influx/write_report.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

constexpr influx::PointError kFault{influx::PointFault::MissingFields};

TEST(WriteReport, SaysNothingWhereAllIsGood) {
  WriteReport report;
  report.add_taken();
  EXPECT_EQ(report.text(), "");
}

TEST(WriteReport, SaysWhetherOtherLinesWereTaken) {
  WriteReport report;
  report.add_refused("a", kFault);
  report.add_refused("b", kFault);
  EXPECT_EQ(report.text(),
            "unable to parse 'a': missing fields\nunable to parse 'b': missing fields");
  report.add_taken();
  EXPECT_EQ(report.text(),
            "partial write: unable to parse 'a': missing fields\n"
            "unable to parse 'b': missing fields dropped=0");
}

TEST(WriteReport, EndsSomewhere) {
  WriteReport report;
  for (int i = 0; i < 100'000; ++i) report.add_refused(std::string(10'000, 'x'), kFault);
  const std::size_t longest = WriteReport::kTextBytesMax + WriteReport::kLineBytesMax;
  EXPECT_LT(report.text().size(), longest + 100);
  EXPECT_TRUE(report.text().ends_with(" more"));
  EXPECT_EQ(report.refused(), 100'000U);
}

}  // namespace
}  // namespace weir::app
