// SPDX-License-Identifier: Apache-2.0
#include "weir/influx/tags.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::influx {
namespace {

// `key=value;`, once for each tag.
std::string read_tags(std::string_view tags) {
  TagReader reader;
  std::string text;
  reader.read(tags, [&text](std::string_view key, std::string_view value) {
    text.append(key).append("=").append(value).append(";");
  });
  return text;
}

TEST(TagReader, GivesTagsInTheirOrder) {
  EXPECT_EQ(read_tags(",b=1,a=2"), "b=1;a=2;");
  EXPECT_EQ(read_tags(","), "");
  EXPECT_EQ(read_tags(""), "");
}

TEST(TagReader, TakesEscapesAway) {
  EXPECT_EQ(read_tags(R"(,k\=1=v\,\ 2,p=C:\temp)"), R"(k=1=v, 2;p=C:\temp;)");
}

TEST(TagReader, LeavesOutWhatMicrometerSaysOfTheMeter) {
  EXPECT_EQ(read_tags(",a=1,metric_type=gauge"), "a=1;");
  EXPECT_EQ(read_tags(",metric_type=histogram,a=1"), "a=1;");
}

TEST(TagReader, KeepsAnyOtherMetricType) {
  EXPECT_EQ(read_tags(",a=1,metric_type=timing"), "a=1;metric_type=timing;");
  EXPECT_EQ(read_tags(",other_metric_type=gauge"), "other_metric_type=gauge;");
}

TEST(LayoutOf, GoesByTheTagOfMicrometer) {
  EXPECT_EQ(layout_of(",metric_type=counter"), Layout::Counter);
  EXPECT_EQ(layout_of(",metric_type=gauge,z=1"), Layout::Gauge);
  EXPECT_EQ(layout_of(",a=1,metric_type=histogram"), Layout::Histogram);
  EXPECT_EQ(layout_of(",metric_type=timer"), Layout::Histogram);
  EXPECT_EQ(layout_of(",metric_type=long_task_timer"), Layout::LongTaskTimer);
  EXPECT_EQ(layout_of(",metric_type=other"), Layout::Fields);
  EXPECT_EQ(layout_of(R"(,a=b\,metric_type=gauge)"), Layout::Fields);
  EXPECT_EQ(layout_of(""), Layout::Fields);
}

}  // namespace
}  // namespace weir::influx
