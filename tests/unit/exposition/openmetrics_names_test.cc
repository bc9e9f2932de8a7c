// SPDX-License-Identifier: Apache-2.0
#include "exposition/openmetrics_names.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

using metrics::Type;
using testing::ElementsAre;
using testing::IsEmpty;

// The counters that lose their `_total`, of a page of these families.
std::vector<std::string> shortened(const std::map<std::string, Type>& families) {
  OpenMetricsNames names;
  std::vector<std::string> found;
  for (const auto& [name, type] : families) {
    if (names.add(name, type)) found.push_back(name);
  }
  return found;
}

TEST(OpenMetricsNames, ShortensCountersThatEndInTotal) {
  EXPECT_THAT(shortened({{"a_total", Type::Counter},
                         {"b", Type::Counter},
                         {"b_totals", Type::Counter},
                         {"c_total", Type::Gauge},
                         {"d_total", Type::Summary},
                         {"e.f_total", Type::Counter}}),
              ElementsAre("a_total", "e.f_total"));
}

TEST(OpenMetricsNames, LeavesACounterAName) {
  EXPECT_THAT(shortened({{"_total", Type::Counter}}), IsEmpty());
}

TEST(OpenMetricsNames, KeepsTheNameWhereTheShortOneIsAnothers) {
  for (const Type type : {Type::Counter, Type::Gauge, Type::Summary, Type::Histogram}) {
    EXPECT_THAT(shortened({{"a", type}, {"a_b", Type::Gauge}, {"a_total", Type::Counter}}),
                IsEmpty());
  }
  EXPECT_THAT(shortened({{"a_total", Type::Gauge}, {"a_total_total", Type::Counter}}), IsEmpty());
}

TEST(OpenMetricsNames, KeepsTheNameWhereTheCreatedSampleWouldBeAnothers) {
  EXPECT_THAT(
      shortened({{"a_created", Type::Gauge}, {"a_d", Type::Gauge}, {"a_total", Type::Counter}}),
      IsEmpty());
  EXPECT_THAT(shortened({{"a_c", Type::Gauge},
                         {"a_created", Type::Gauge},
                         {"a_created_x", Type::Gauge},
                         {"a_total", Type::Counter}}),
              IsEmpty());
}

TEST(OpenMetricsNames, ShortensTheFirstOfTwoThatClash) {
  EXPECT_THAT(shortened({{"a_created_total", Type::Counter}, {"a_total", Type::Counter}}),
              ElementsAre("a_created_total"));
  EXPECT_THAT(shortened({{"a_total", Type::Counter}, {"a_total_total", Type::Counter}}),
              ElementsAre("a_total"));
}

TEST(OpenMetricsNames, KeepsTheNameWhereTheShortOneIsASampleOfAnother) {
  for (const char* suffix : {"_sum", "_count", "_created"}) {
    const std::string counter = std::string("a") + suffix + "_total";
    EXPECT_THAT(shortened({{"a", Type::Summary}, {counter, Type::Counter}}), IsEmpty());
    EXPECT_THAT(shortened({{"a", Type::Histogram}, {counter, Type::Counter}}), IsEmpty());
    EXPECT_THAT(shortened({{"a", Type::Gauge}, {counter, Type::Counter}}), ElementsAre(counter));
  }
  EXPECT_THAT(shortened({{"a", Type::Histogram}, {"a_bucket_total", Type::Counter}}), IsEmpty());
  EXPECT_THAT(shortened({{"a", Type::Summary}, {"a_bucket_total", Type::Counter}}),
              ElementsAre("a_bucket_total"));
}

TEST(OpenMetricsNames, ForgetsWhatCannotClashAnyMore) {
  EXPECT_THAT(shortened({{"a", Type::Gauge},
                         {"a_x", Type::Gauge},
                         {"a_x_y", Type::Gauge},
                         {"a_x_z_total", Type::Counter},
                         {"b_total", Type::Counter}}),
              ElementsAre("a_x_z_total", "b_total"));
}

}  // namespace
}  // namespace weir::exposition
