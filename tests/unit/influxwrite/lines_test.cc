// SPDX-License-Identifier: Apache-2.0
#include "weir/influxwrite/lines.h"

#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "weir/influx/point_parser.h"
#include "weir/influx/tags.h"

namespace weir::influxwrite {
namespace {

using metrics::Type;
using std::chrono::seconds;

constexpr base::UnixTime kBegin{seconds(1'700'000'000)};
constexpr base::UnixTime kLater = kBegin + seconds(60);

// Families by name, as a store has them.
class Page final : public metrics::PageDirectory {
 public:
  Page(std::initializer_list<std::pair<const std::string, Type>> families) : families_(families) {}
  [[nodiscard]] std::optional<Type> type_of(std::string_view name) const override {
    const auto found = families_.find(std::string(name));
    if (found == families_.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] bool has_series(std::string_view /*labels*/) const override { return false; }
  [[nodiscard]] const std::map<std::string, Type>& families() const { return families_; }

 private:
  std::map<std::string, Type> families_;
};

metrics::SeriesReading value(double number, std::string_view labels = R"(a="1")") {
  metrics::SeriesReading series;
  series.labels = labels;
  series.created = kBegin;
  series.value = number;
  return series;
}

metrics::SeriesReading total(double sum, std::uint64_t count) {
  metrics::SeriesReading series = value(0);
  series.sum = sum;
  series.count = count;
  return series;
}

using Readings = std::map<std::string, metrics::SeriesReading>;

// One visit of what `page` has, in the order of names.
void visit(metrics::ReadingVisitor& visitor, const Page& page, const Readings& readings) {
  for (const auto& [name, reading] : readings) {
    metrics::FamilyReading family;
    family.name = name;
    family.type = page.type_of(name).value();
    family.page = &page;
    visitor.on_family(family);
    visitor.on_series(reading);
    visitor.on_family_end();
  }
  visitor.on_end();
}

struct Written {
  std::string lines;
  LineCounts counts;
};

Written as_prometheus(const Page& page, const Readings& readings) {
  Written written;
  visit(*make_prometheus_lines({written.lines, written.counts, kLater}), page, readings);
  return written;
}

Written one_series(std::string_view labels) {
  return as_prometheus({{"m", Type::Gauge}}, {{"m", value(1, labels)}});
}

// Visits, one after the other.
class Micrometer {
 public:
  explicit Micrometer(Page page) : page_(std::move(page)) {}

  std::string step(const Readings& readings, StepMemory::Step kind = StepMemory::Step::Ordinary) {
    Written written;
    memory_.begin_step(kind);
    visit(*make_micrometer_lines({written.lines, written.counts, kLater}, memory_), page_,
          readings);
    return written.lines;
  }

 private:
  Page page_;
  StepMemory memory_{kBegin};
};

TEST(PrometheusLines, HaveAValueForEachSample) {
  const std::array<double, 2> bounds{0.5, 2};
  const std::array<std::uint64_t, 3> counts{1, 2, 3};
  metrics::SeriesReading histogram = total(9, 0);
  histogram.bounds = bounds;
  histogram.bucket_counts = counts;

  const auto written =
      as_prometheus({{"c_total", Type::Counter}, {"g", Type::Gauge}, {"h", Type::Histogram}},
                    {{"c_total", value(3)}, {"g", value(-0.25, "")}, {"h", histogram}});

  EXPECT_EQ(written.lines,
            "c_total,a=1 value=3 1700000060000\n"
            "g value=-0.25 1700000060000\n"
            "h_bucket,a=1,le=0.5 value=1 1700000060000\n"
            "h_bucket,a=1,le=2 value=3 1700000060000\n"
            "h_bucket,a=1,le=+Inf value=6 1700000060000\n"
            "h_sum,a=1 value=9 1700000060000\n"
            "h_count,a=1 value=6 1700000060000\n");
  EXPECT_EQ(written.counts.points, 7U);
}

TEST(PrometheusLines, LeaveOutQuantilesThatAreNotKnown) {
  const std::array<metrics::Objective, 2> objectives{{{0.5, 0.05}, {0.99, 0.001}}};
  const std::array<double, 2> quantiles{7, std::numeric_limits<double>::quiet_NaN()};
  metrics::SeriesReading summary = total(1e6, 4);
  summary.objectives = objectives;
  summary.quantiles = quantiles;

  const auto written = as_prometheus({{"s", Type::Summary}}, {{"s", summary}});

  EXPECT_EQ(written.lines,
            "s,a=1,quantile=0.5 value=7 1700000060000\n"
            "s_sum,a=1 value=1e+06 1700000060000\n"
            "s_count,a=1 value=4 1700000060000\n");
  EXPECT_EQ(written.counts.not_finite, 0U);
}

TEST(PrometheusLines, LeaveOutAndCountWhatHasNoNumber) {
  for (const double number : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    const auto written = as_prometheus({{"m", Type::Gauge}}, {{"m", value(number)}});
    EXPECT_EQ(written.lines, "");
    EXPECT_EQ(written.counts.not_finite, 1U);
    EXPECT_EQ(written.counts.points, 0U);
  }
}

TEST(PrometheusLines, HaveTheTimeOfAGaugeThatHasOne) {
  auto gauge = value(1);
  gauge.timestamp = kBegin;

  EXPECT_EQ(as_prometheus({{"m", Type::Gauge}}, {{"m", gauge}}).lines,
            "m,a=1 value=1 1700000000000\n");
}

TEST(PrometheusLines, EscapeWhatWouldEndATag) {
  EXPECT_EQ(one_series(R"(a="x, y=z",b="\"q\" \\d\n")").lines,
            "m,a=x\\,\\ y\\=z,b=\"q\"\\ \\d\\  value=1 1700000060000\n");
}

TEST(PrometheusLines, LeaveNoBackslashInFrontOfWhatFollows) {
  EXPECT_EQ(one_series(R"(a="x\\\\",b="\\",c="y")").lines, "m,a=x,c=y value=1 1700000060000\n");
}

TEST(PrometheusLines, LeaveOutTagsWithoutAValueAndRenameThoseOfInfluxDB) {
  EXPECT_EQ(one_series(R"(_field="f",a="",time="t")").lines,
            "m,_field_=f,time_=t value=1 1700000060000\n");
}

TEST(PrometheusLines, EscapeMeasurements) {
  EXPECT_EQ(as_prometheus({{"#a, b=c", Type::Gauge}}, {{"#a, b=c", value(1, "")}}).lines,
            "_a\\,\\ b=c value=1 1700000060000\n");
}

TEST(PrometheusLines, LeaveOutAndCountWhatIsTooLong) {
  const auto fits = [](std::size_t size) {
    const auto written = one_series("a=\"" + std::string(size, 'x') + '"');
    EXPECT_EQ(written.counts.too_long, written.lines.empty() ? 1U : 0U);
    return !written.lines.empty();
  };
  EXPECT_TRUE(fits(65'535 - 4));
  EXPECT_FALSE(fits(65'535 - 3));
}

TEST(PrometheusLines, AreReadAgainAsTheyWere) {
  constexpr std::string_view kLabels = R"(a="1, 2",b="c\\d\\,e",f="=g h\\ i")";
  std::string lines = one_series(kLabels).lines;
  lines.pop_back();
  influx::PointParser parser(100'000);

  const auto point = parser.parse(lines, influx::Precision::Milliseconds);

  ASSERT_TRUE(point.has_value());
  std::map<std::string, std::string> tags;
  influx::TagReader().read(point->tags, [&tags](std::string_view name, std::string_view text) {
    tags.emplace(name, text);
  });
  const std::map<std::string, std::string> expected{
      {"a", "1, 2"}, {"b", "c\\d\\,e"}, {"f", "=g h\\ i"}};
  EXPECT_EQ(tags, expected);
  EXPECT_EQ(point->unix_seconds, 1'700'000'060);
}

TEST(MicrometerLines, WriteWhatCameSinceTheStepBefore) {
  Micrometer registry({{"spring_integration_receive_total", Type::Counter}});

  EXPECT_EQ(registry.step({{"spring_integration_receive_total", value(3)}}),
            "spring_integration_receive,a=1,metric_type=counter value=3 1700000060000\n");
  EXPECT_EQ(registry.step({{"spring_integration_receive_total", value(3)}}),
            "spring_integration_receive,a=1,metric_type=counter value=0 1700000060000\n");
  EXPECT_EQ(registry.step({{"spring_integration_receive_total", value(10)}}),
            "spring_integration_receive,a=1,metric_type=counter value=7 1700000060000\n");
}

TEST(MicrometerLines, WriteAHistogramInMillisecondsWithItsMaximum) {
  Micrometer registry({{"http_server_requests_seconds", Type::Summary},
                       {"http_server_requests_seconds_max", Type::Gauge}});
  registry.step({{"http_server_requests_seconds", total(1, 2)}});

  EXPECT_EQ(registry.step({{"http_server_requests_seconds", total(4, 8)},
                           {"http_server_requests_seconds_max", value(0.75)}}),
            "http_server_requests,a=1,metric_type=histogram count=6,sum=3000,mean=500 "
            "1700000060000\n"
            "http_server_requests,a=1,metric_type=histogram upper=750 1700000060000\n");
  EXPECT_EQ(registry.step({{"http_server_requests_seconds", total(4, 8)}}),
            "http_server_requests,a=1,metric_type=histogram count=0,sum=0,mean=0 1700000060000\n");
}

TEST(MicrometerLines, JoinCountsAndSumsThatAreCounters) {
  Micrometer registry({{"spring_batch_job_seconds_count", Type::Counter},
                       {"spring_batch_job_seconds_max", Type::Gauge},
                       {"spring_batch_job_seconds_sum", Type::Counter}});

  EXPECT_EQ(registry.step({{"spring_batch_job_seconds_count", value(4)},
                           {"spring_batch_job_seconds_max", value(0.5)},
                           {"spring_batch_job_seconds_sum", value(1)}}),
            "spring_batch_job,a=1,metric_type=histogram count=4 1700000060000\n"
            "spring_batch_job,a=1,metric_type=histogram upper=500 1700000060000\n"
            "spring_batch_job,a=1,metric_type=histogram sum=1000,mean=250 1700000060000\n");
}

TEST(MicrometerLines, TakeALongTaskTimerForOne) {
  Micrometer registry({{"spring_cloud_task_active_seconds_active_count", Type::Gauge},
                       {"spring_cloud_task_active_seconds_duration_sum", Type::Gauge}});

  EXPECT_EQ(registry.step({{"spring_cloud_task_active_seconds_active_count", value(2)},
                           {"spring_cloud_task_active_seconds_duration_sum", value(1.5)}}),
            "spring_cloud_task_active,a=1,metric_type=long_task_timer active_tasks=2 "
            "1700000060000\n"
            "spring_cloud_task_active,a=1,metric_type=long_task_timer duration=1500 "
            "1700000060000\n");
}

TEST(MicrometerLines, SortTheirTagAmongTheLabelsAndTakeItsPlace) {
  Micrometer registry({{"g", Type::Gauge}});

  EXPECT_EQ(registry.step({{"g", value(1, R"(a="1",metric_type="mine",z="2")")}}),
            "g,a=1,metric_type=gauge,z=2 value=1 1700000060000\n");
}

TEST(MicrometerLines, HavePercentilesAsGauges) {
  const std::array<metrics::Objective, 1> objectives{{{0.95, 0.01}}};
  const std::array<double, 1> quantiles{0.25};
  auto summary = total(2, 1);
  summary.objectives = objectives;
  summary.quantiles = quantiles;
  Micrometer registry({{"t_seconds", Type::Summary}});

  EXPECT_EQ(registry.step({{"t_seconds", summary}}),
            "t,a=1,metric_type=histogram count=1,sum=2000,mean=2000 1700000060000\n"
            "t_percentile,a=1,metric_type=gauge,phi=0.95 value=250 1700000060000\n");
}

TEST(MicrometerLines, SayNothingOfWhatCameBeforeTheFirstLook) {
  Micrometer registry({{"c_total", Type::Counter}});
  auto old = value(100);
  old.created = kBegin - seconds(1);
  registry.step({{"c_total", old}}, StepMemory::Step::FirstLook);
  old.value = 103;

  EXPECT_EQ(registry.step({{"c_total", old}}), "c,a=1,metric_type=counter value=3 1700000060000\n");
}

struct NameCase {
  std::string name;
  std::string expected;
};

class MeterName : public testing::TestWithParam<NameCase> {};

// With all of Micrometer's own gauges, and two whose units tell them apart, on the page.
TEST_P(MeterName, IsThatOfMicrometer) {
  const Page page{
      {GetParam().name, Type::Gauge}, {"size_bytes", Type::Gauge}, {"size_seconds", Type::Gauge}};
  StepMemory memory(kBegin);
  Written written;
  memory.begin_step(StepMemory::Step::Ordinary);

  visit(*make_micrometer_lines({written.lines, written.counts, kLater}, memory), page,
        {{GetParam().name, value(1, "")}});

  EXPECT_EQ(written.lines.substr(0, written.lines.find(',')), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    , MeterName,
    testing::Values(NameCase{"jvm_memory_used_bytes", "jvm_memory_used"},
                    NameCase{"jvm_threads_live_threads", "jvm_threads_live"},
                    NameCase{"process_files_open_files", "process_files_open"},
                    NameCase{"jvm_classes_loaded_classes", "jvm_classes_loaded"},
                    NameCase{"jvm_buffer_count_buffers", "jvm_buffer_count"},
                    NameCase{"executor_queued_tasks", "executor_queued"},
                    NameCase{"process_uptime_seconds", "process_uptime"},
                    NameCase{"hikaricp_connections", "hikaricp_connections"},
                    NameCase{"hikaricp_connections_max", "hikaricp_connections_max"},
                    NameCase{"spring_integration_channels", "spring_integration_channels"},
                    NameCase{"process_threads", "process_threads"},
                    NameCase{"kafka_producer_waiting_threads", "kafka_producer_waiting_threads"},
                    NameCase{"process_cpu_usage", "process_cpu_usage"},
                    NameCase{"size_bytes", "size_bytes"}, NameCase{"_bytes", "_bytes"}),
    [](const auto& info) { return info.param.name; });

TEST(MicrometerLines, LeaveTheNamesOfTheDaemonsOwnMetrics) {
  StepMemory memory(kBegin);
  memory.begin_step(StepMemory::Step::Ordinary);
  Written written;
  const auto lines = make_micrometer_lines({written.lines, written.counts, kLater}, memory);

  lines->on_family({.name = "weir_influx_http_connections", .help = "", .type = Type::Gauge});
  lines->on_series(value(1, ""));

  EXPECT_EQ(written.lines,
            "weir_influx_http_connections,metric_type=gauge value=1 1700000060000\n");
}

}  // namespace
}  // namespace weir::influxwrite
