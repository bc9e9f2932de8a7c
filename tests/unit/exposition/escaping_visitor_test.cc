// SPDX-License-Identifier: Apache-2.0
#include "exposition/escaping_visitor.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir::exposition {
namespace {

using metrics::Type;

// A store with UTF-8 in its names, and the pages that it has.
struct Harness {
  void add(std::string_view name, Type type, std::string_view labels = "",
           std::string_view label_names = "") {
    metrics::Definition definition;
    definition.type = type;
    metrics::SeriesRequest request;
    request.name = name;
    request.labels = labels;
    request.label_names = label_names;
    request.definition = &definition;
    store.admit(request, now);
  }

  std::string page(Format format, Escaping escaping) {
    std::string out;
    const auto writer = make_writer(
        {.format = format, .escaping = escaping, .has_utf8_names = true, .left_out = &left_out},
        out);
    metrics::Scrape scrape(store, {}, {});
    while (scrape.advance(*writer, now, 1)) {
    }
    return out;
  }
  // The samples alone.
  std::string samples(Format format = Format::Text, Escaping escaping = Escaping::Underscores) {
    std::string found;
    std::string_view rest;
    const std::string all = page(format, escaping);
    for (rest = all; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
      if (!rest.starts_with('#')) found += rest.substr(0, rest.find('\n') + 1);
    }
    return found;
  }

  base::TimePoint now{std::chrono::hours(1)};
  metrics::Store store{{}, {}, 1, {now, {}}};
  // Of all pages.
  LeftOutCounts left_out;
};

// Series of 17 sets of label names that become the same.
void add_alike(Harness& store) {
  for (int i = 0; i < 17; ++i) {
    const std::string name = std::string("\"a\xC3") + static_cast<char>('\xA0' + i) + '"';
    store.add("m", Type::Gauge, name + "=\"" + std::to_string(i) + '"', name);
  }
}

TEST(EscapingVisitor, EscapesNamesOfMetricsAndLabels) {
  Harness store;
  store.add("a.b", Type::Gauge, R"("c.d"="x.\\y",e="z")", R"("c.d",e)");

  EXPECT_EQ(store.page(Format::Text, Escaping::AllowUtf8),
            "# HELP \"a.b\" \n# TYPE \"a.b\" gauge\n{\"a.b\",\"c.d\"=\"x.\\\\y\",e=\"z\"} 0\n");
  EXPECT_EQ(store.page(Format::Text, Escaping::Underscores),
            "# HELP a_b \n# TYPE a_b gauge\na_b{c_d=\"x.\\\\y\",e=\"z\"} 0\n");
  EXPECT_EQ(store.samples(Format::OpenMetrics100, Escaping::Dots),
            "a_dot_b{c_dot_d=\"x.\\\\y\",e=\"z\"} 0.0\n");
  EXPECT_EQ(store.samples(Format::Text1, Escaping::Values),
            "U__a_2e_b{U__c_2e_d=\"x.\\\\y\",e=\"z\"} 0\n");
  const std::string protobuf = store.page(Format::ProtobufText, Escaping::Underscores);
  EXPECT_NE(protobuf.find("name: \"a_b\""), std::string::npos);
  EXPECT_NE(protobuf.find("name: \"c_d\""), std::string::npos);
}

TEST(EscapingVisitor, LeavesNamesThatAllCanRead) {
  Harness store;
  store.add("a_b", Type::Gauge, R"(c_d="x,",e="y")", "c_d,e");

  for (const auto escaping : {Escaping::Underscores, Escaping::Dots, Escaping::Values}) {
    EXPECT_EQ(store.samples(Format::Text, escaping), "a_b{c_d=\"x,\",e=\"y\"} 0\n");
  }
}

TEST(EscapingVisitor, SortsLabelsByTheNamesThatAreShown) {
  Harness store;
  store.add("m", Type::Gauge, R"("a.b"="1",a1="2")", R"("a.b",a1)");

  EXPECT_EQ(store.samples(), "m{a1=\"2\",a_b=\"1\"} 0\n");
}

TEST(EscapingVisitor, LeavesOutAFamilyOfAnothersName) {
  Harness store;
  store.add("a b", Type::Gauge);
  store.add("a.b", Type::Counter);
  store.add("c.d", Type::Gauge);
  store.add("c_d", Type::Counter);

  EXPECT_EQ(store.samples(), "a_b 0\nc_d 0\n");
  EXPECT_EQ(store.page(Format::Text, Escaping::Underscores).find("# TYPE c_d gauge"),
            std::string::npos);
  EXPECT_EQ(store.samples(Format::Text, Escaping::Values),
            "U__a_20_b 0\nU__a_2e_b 0\nU__c_2e_d 0\nc_d 0\n");
}

TEST(EscapingVisitor, LeavesOutAFamilyWhoseSamplesHaveAnothersName) {
  Harness store;
  store.add("a.b_sum", Type::Gauge);
  store.add("a_b", Type::Summary);
  store.add("c.d", Type::Summary);
  store.add("c_d_count", Type::Gauge);
  store.add("e.f", Type::Summary);
  store.add("e.f_bucket", Type::Gauge);

  EXPECT_EQ(store.samples(),
            "a_b_sum 0\na_b_count 0\nc_d_count 0\ne_f_sum 0\ne_f_count 0\ne_f_bucket 0\n");
}

TEST(EscapingVisitor, MindsTheNamesOfOpenMetricsThereAlone) {
  Harness store;
  store.add("a.b", Type::Gauge);
  store.add("a_b_total", Type::Counter);
  store.add("c.d_total", Type::Counter);

  EXPECT_EQ(store.samples(), "a_b 0\na_b_total 0\nc_d_total 0\n");
  EXPECT_EQ(store.samples(Format::OpenMetrics100), "a_b_total 0.0\nc_d_total 0.0\n");
  EXPECT_NE(store.page(Format::OpenMetrics100, Escaping::Underscores).find("# TYPE a_b counter\n"),
            std::string::npos);
  EXPECT_NE(store.page(Format::OpenMetrics100, Escaping::Underscores).find("# TYPE c_d counter\n"),
            std::string::npos);
}

TEST(EscapingVisitor, LeavesOutASeriesWithTwoLabelsOfOneName) {
  Harness store;
  store.add("m", Type::Gauge, R"("a.b"="1",a_b="2")", R"("a.b",a_b)");
  store.add("m", Type::Gauge, R"("a.b"="1")", R"("a.b")");

  EXPECT_EQ(store.samples(), "m{a_b=\"1\"} 0\n");
}

TEST(EscapingVisitor, LeavesOutSeriesOfMoreThanSixteenSetsOfNamesThatBecomeTheSame) {
  Harness store;
  add_alike(store);

  const std::string samples = store.samples();

  EXPECT_EQ(std::ranges::count(samples, '\n'), 16);
}

TEST(EscapingVisitor, CountsFamiliesThatItLeavesOut) {
  Harness store;
  store.add("a b", Type::Gauge, R"(k="1")", "k");
  store.add("a.b", Type::Counter, R"(k="1")", "k");
  store.add("a.b", Type::Counter, R"(k="2")", "k");
  store.add("c.d_sum", Type::Gauge);
  store.add("c_d", Type::Summary);
  store.add("e.f", Type::Gauge);

  store.page(Format::Text, Escaping::AllowUtf8);
  EXPECT_EQ(store.left_out.families, 0);
  store.page(Format::Text, Escaping::Underscores);
  EXPECT_EQ(store.left_out.families, 2);
  store.page(Format::ProtobufDelimited, Escaping::Underscores);

  EXPECT_EQ(store.left_out.families, 4);
  EXPECT_EQ(store.left_out.series, 0);
  EXPECT_EQ(store.left_out.series_past_limit, 0);
}

TEST(EscapingVisitor, CountsSeriesThatItLeavesOut) {
  Harness store;
  store.add("l", Type::Gauge, R"("a.b"="1",a_b="2")", R"("a.b",a_b)");
  store.add("l", Type::Gauge, R"("a.b"="1")", R"("a.b")");
  store.add("l", Type::Gauge, R"("a b"="1")", R"("a b")");
  store.add("l", Type::Gauge, R"("a.b"="2")", R"("a.b")");
  store.add("l", Type::Gauge, R"(a_b="2")", "a_b");
  add_alike(store);

  store.samples();

  EXPECT_EQ(store.left_out.series, 3);
  EXPECT_EQ(store.left_out.series_past_limit, 1);
  EXPECT_EQ(store.left_out.families, 0);
}

TEST(EscapingVisitor, LeavesOutAFamilyOfWhichNoSeriesIsLeft) {
  Harness store;
  store.add("m", Type::Gauge, R"("a.b"="1",a_b="2")", R"("a.b",a_b)");

  EXPECT_EQ(store.page(Format::Text, Escaping::Underscores), "");
  EXPECT_EQ(store.page(Format::ProtobufDelimited, Escaping::Underscores), "");
}

TEST(EscapingVisitor, LeavesOutASeriesWithTheLabelsOfAnother) {
  Harness store;
  store.add("m", Type::Gauge, R"("a b"="1",a1="1")", R"("a b",a1)");
  store.add("m", Type::Gauge, R"("a.b"="1",a1="1")", R"("a.b",a1)");
  store.add("m", Type::Gauge, R"("a.b"="2",a1="1")", R"("a.b",a1)");
  store.add("m", Type::Gauge, R"("a.b"="3",a1="1")", R"("a.b",a1)");
  store.add("m", Type::Gauge, R"(a1="1",a_b="3")", "a1,a_b");

  EXPECT_EQ(store.samples(),
            "m{a1=\"1\",a_b=\"1\"} 0\nm{a1=\"1\",a_b=\"3\"} 0\nm{a1=\"1\",a_b=\"2\"} 0\n");
}

}  // namespace
}  // namespace weir::exposition
