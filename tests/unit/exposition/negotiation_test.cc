// SPDX-License-Identifier: Apache-2.0
#include "weir/exposition/negotiation.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

struct AcceptCase {
  const char* title;
  const char* accept;
  const char* escaping;
  Format format = Format::Text;
  Offer offer = Offer::Reference;
};

std::string content_type_of(Format format) {
  const std::string protobuf =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=";
  switch (format) {
    case Format::Text: break;
    case Format::Text1: return "text/plain; version=1.0.0; charset=utf-8";
    case Format::OpenMetrics001:
      return "application/openmetrics-text; version=0.0.1; charset=utf-8";
    case Format::OpenMetrics100:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    case Format::ProtobufDelimited: return protobuf + "delimited";
    case Format::ProtobufText: return protobuf + "text";
    case Format::ProtobufCompactText: return protobuf + "compact-text";
  }
  return "text/plain; version=0.0.4; charset=utf-8";
}

std::string_view name_of(Escaping escaping) {
  switch (escaping) {
    case Escaping::AllowUtf8: return "allow-utf-8";
    case Escaping::Underscores: return "underscores";
    case Escaping::Dots: return "dots";
    case Escaping::Values: return "values";
  }
  return "";
}

class ContentType : public testing::TestWithParam<AcceptCase> {};

TEST_P(ContentType, IsTheReferences) {
  const Negotiated negotiated = negotiate(GetParam().accept, GetParam().offer);

  EXPECT_EQ(negotiated.format, GetParam().format);
  EXPECT_EQ(name_of(negotiated.escaping), GetParam().escaping);
  EXPECT_EQ(negotiated.content_type,
            content_type_of(GetParam().format) + "; escaping=" + GetParam().escaping);
}

constexpr const char* kDefaultOfPrometheus3 =
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
constexpr const char* kProtobufFirst =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;"
    "q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.1";
constexpr const char* kTextOfTwoVersions =
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3";

// Answers of the reference, OpenMetrics not offered.
INSTANTIATE_TEST_SUITE_P(
    Golden, ContentType,
    testing::Values(
        AcceptCase{"None", "", "underscores"}, AcceptCase{"Anything", "*/*", "underscores"},
        AcceptCase{"Text", "text/plain", "underscores"},
        AcceptCase{"Html", "text/html", "underscores"},
        AcceptCase{"TextOfOurVersion", "text/plain;version=0.0.4", "underscores"},
        AcceptCase{"TextOfAnotherVersion", "text/plain;version=1.0.0", "underscores"},
        AcceptCase{"TextOfTwoVersions", kTextOfTwoVersions, "allow-utf-8"},
        AcceptCase{"Prometheus3", kDefaultOfPrometheus3, "allow-utf-8"},
        AcceptCase{"OpenMetrics", "application/openmetrics-text", "underscores"},
        AcceptCase{"OpenMetrics2", "application/openmetrics-text;version=2.0.0", "underscores"},
        AcceptCase{"OpenMetrics2OrText",
                   "application/openmetrics-text;version=2.0.0,text/plain;q=0.1", "underscores"},
        AcceptCase{"OpenMetricsRefused", "application/openmetrics-text; version=1.0.0; q=0",
                   "underscores"},
        AcceptCase{"OpenMetricsBeforeText",
                   "text/plain;q=0.1,application/openmetrics-text;version=1.0.0;q=0.9",
                   "underscores"},
        AcceptCase{"Dots", "application/openmetrics-text;version=1.0.0;escaping=dots", "dots"},
        AcceptCase{"UnknownEscaping", "application/openmetrics-text;version=1.0.0;escaping=bogus",
                   "underscores"},
        AcceptCase{"EscapingOfAnotherClause", "application/json;escaping=values,text/plain",
                   "values"},
        AcceptCase{"UpperCase", "Application/OpenMetrics-Text;version=1.0.0", "underscores"},
        AcceptCase{"QuotedVersion", "application/openmetrics-text;version=\"1.0.0\"",
                   "underscores"}),
    [](const auto& test) { return test.param.title; });

// As a client of the reference's library answers that offers OpenMetrics; it has no text 1.0.0.
AcceptCase with_all(const char* title, const char* accept, const char* escaping, Format format) {
  return {title, accept, escaping, format, Offer::All};
}

constexpr const char* kDefaultOfPrometheus2 =
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

INSTANTIATE_TEST_SUITE_P(
    OpenMetricsOffered, ContentType,
    testing::Values(
        with_all("None", "", "underscores", Format::Text),
        with_all("Anything", "*/*", "underscores", Format::Text),
        with_all("Html", "text/html", "underscores", Format::Text),
        with_all("Text", "text/plain", "underscores", Format::Text),
        with_all("TextOfOldVersion", "text/plain;version=0.0.4", "underscores", Format::Text),
        with_all("Prometheus3", kDefaultOfPrometheus3, "allow-utf-8", Format::OpenMetrics100),
        with_all("Prometheus2", kDefaultOfPrometheus2, "underscores", Format::OpenMetrics100),
        with_all("ProtobufFirst", kProtobufFirst, "underscores", Format::ProtobufDelimited),
        with_all("NoVersion", "application/openmetrics-text", "underscores",
                 Format::OpenMetrics001),
        with_all("OldVersion", "application/openmetrics-text;version=0.0.1", "underscores",
                 Format::OpenMetrics001),
        with_all("Version2", "application/openmetrics-text;version=2.0.0", "underscores",
                 Format::Text),
        with_all("Version2OrText", "application/openmetrics-text;version=2.0.0,text/plain;q=0.1",
                 "underscores", Format::Text),
        with_all("AfterText", "text/plain;q=0.9,application/openmetrics-text;version=1.0.0;q=0.1",
                 "underscores", Format::Text),
        with_all("BeforeText", "text/plain;q=0.1,application/openmetrics-text;version=1.0.0;q=0.9",
                 "underscores", Format::OpenMetrics100),
        with_all("Dots", "application/openmetrics-text;version=1.0.0;escaping=dots", "dots",
                 Format::OpenMetrics100),
        with_all("UnknownEscaping", "application/openmetrics-text;version=1.0.0;escaping=bogus",
                 "underscores", Format::OpenMetrics100),
        with_all("EscapingOfAnotherClause", "application/json;escaping=values,text/plain", "values",
                 Format::Text),
        with_all("OfQualityZero", "application/openmetrics-text; version=1.0.0; q=0", "underscores",
                 Format::OpenMetrics100),
        with_all("UpperCase", "Application/OpenMetrics-Text;version=1.0.0", "underscores",
                 Format::Text),
        with_all("QuotedVersion", "application/openmetrics-text;version=\"1.0.0\"", "underscores",
                 Format::Text)),
    [](const auto& test) { return test.param.title; });

constexpr const char* kTextOfPrometheus3 =
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5";

INSTANTIATE_TEST_SUITE_P(
    Text1Offered, ContentType,
    testing::Values(with_all("Alone", "text/plain;version=1.0.0", "underscores", Format::Text1),
                    with_all("Prometheus3", kTextOfPrometheus3, "allow-utf-8", Format::Text1),
                    with_all("BeforeTheOldOne", kTextOfTwoVersions, "allow-utf-8", Format::Text1),
                    with_all("AfterTheOldOne",
                             "text/plain;version=1.0.0;q=0.3,text/plain;version=0.0.4;q=0.4",
                             "underscores", Format::Text),
                    with_all("AfterOpenMetrics",
                             "text/plain;version=1.0.0;q=0.3,application/openmetrics-text;q=0.4",
                             "underscores", Format::OpenMetrics001),
                    with_all("OfAnUnknownVersion", "text/plain;version=2.0.0;escaping=dots", "dots",
                             Format::Text)),
    [](const auto& test) { return test.param.title; });

constexpr const char* kProtobufAtTheEnd =
    "text/plain;q=0.2,application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
    "encoding=delimited;escaping=values;q=0.3";

INSTANTIATE_TEST_SUITE_P(
    Protobuf, ContentType,
    testing::Values(
        AcceptCase{"BeforeOthers", kProtobufFirst, "underscores", Format::ProtobufDelimited},
        AcceptCase{"BestLast", kProtobufAtTheEnd, "values", Format::ProtobufDelimited},
        AcceptCase{"AsText",
                   "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                   "encoding=text;escaping=dots,text/plain;escaping=values;q=0.5",
                   "dots", Format::ProtobufText},
        AcceptCase{"AsCompactText",
                   "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                   "encoding=compact-text",
                   "underscores", Format::ProtobufCompactText},
        AcceptCase{"OfTwoEncodings",
                   "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                   "encoding=text;q=0.1,application/vnd.google.protobuf;"
                   "proto=io.prometheus.client.MetricFamily;encoding=compact-text;q=0.2",
                   "underscores", Format::ProtobufCompactText},
        AcceptCase{"BehindText",
                   "text/plain,application/vnd.google.protobuf;"
                   "proto=io.prometheus.client.MetricFamily;encoding=delimited",
                   "underscores"},
        AcceptCase{"OfQualityZero",
                   "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                   "encoding=delimited;q=0",
                   "underscores", Format::ProtobufDelimited},
        AcceptCase{"OfAnotherEncoding",
                   "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                   "encoding=json,text/plain;escaping=values;q=0.5",
                   "values"},
        AcceptCase{"WithoutEncoding",
                   "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
                   "underscores"},
        AcceptCase{"OfAnotherMessage",
                   "application/vnd.google.protobuf;encoding=delimited,"
                   "text/plain;escaping=values;q=0.5",
                   "values"}),
    [](const auto& test) { return test.param.title; });

INSTANTIATE_TEST_SUITE_P(
    Grammar, ContentType,
    testing::Values(
        AcceptCase{"Spaces", "  text / plain  ;  escaping = dots ; q=1 ", "dots"},
        AcceptCase{"TabIsNoSpace", "a/b;escaping=\tdots", "underscores"},
        AcceptCase{"HigherQualityFirst",
                   "text/plain;escaping=dots;q=0.5,text/plain;escaping=values;q=0.6", "values"},
        AcceptCase{"TiesInOrder", "text/plain;escaping=dots,text/plain;escaping=values", "dots"},
        AcceptCase{"BadQualityIsZero",
                   "text/plain;escaping=dots;q=high,text/plain;escaping=values;q=0.1", "values"},
        AcceptCase{"SpaceBeforeQualityIsBad",
                   "text/plain;escaping=dots;q= 1,text/plain;escaping=values;q=0.1", "values"},
        AcceptCase{"HugeQuality", "text/plain;escaping=dots;q=2,text/plain;escaping=values;q=1e999",
                   "values"},
        AcceptCase{"WildcardLast", "*/*;escaping=dots,text/plain;escaping=values;q=0.1", "values"},
        AcceptCase{"LoneStar", "*;escaping=dots", "dots"},
        AcceptCase{"NoSubtype", "text;escaping=dots", "underscores"},
        AcceptCase{"EmptySubtype", "text/;escaping=dots", "underscores"},
        AcceptCase{"TwoSlashes", "text/plain/x;escaping=dots", "underscores"},
        AcceptCase{"EmptyClauses", ",,a/b;escaping=dots,", "dots"},
        AcceptCase{"TwoEqualSigns", "a/b;escaping=dots=x", "underscores"},
        AcceptCase{"TrailingEqualSign", "a/b;escaping=dots=", "dots"},
        AcceptCase{"LastParameterWins", "a/b;escaping=dots;escaping=values", "values"},
        AcceptCase{"EmptyParameter", "a/b;escaping=dots;escaping=;;", "dots"}),
    [](const auto& test) { return test.param.title; });

TEST(Negotiate, IgnoresClausesBeyondItsBound) {
  std::string accept;
  for (int i = 0; i < 10000; ++i) accept += "a/b;q=0.00" + std::to_string(i) + ",";
  accept += "c/d;escaping=dots";

  EXPECT_EQ(negotiate(accept).content_type,
            "text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
}

}  // namespace
}  // namespace weir::exposition
