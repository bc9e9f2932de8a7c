// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/refusal.h"

#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using Reports = std::vector<std::string>;

std::string text_of(const Refusal& refusal) {
  auto text = fmt::format("{}: {}", name_of(refusal.reason), refusal.line);
  if (!refusal.part.empty()) text += fmt::format(" ({})", refusal.part);
  if (!refusal.event) return text;
  const RefusedEvent& event = *refusal.event;
  text += fmt::format(" -> {} {}{{{}}} {}", event.type, event.metric, event.labels, event.value);
  if (!event.match.empty()) text += " by " + std::string(event.match);
  if (!event.obstacle) return text;
  const auto& [name, type, gauge] = *event.obstacle;
  if (metrics::is_computed(gauge)) text += ", computed";
  return text + fmt::format(", {} {}", type ? metrics::type_name(*type) : "own", name);
}

struct Recorder : RefusalSink {
  bool wants_any = true;
  std::size_t asked = 0;
  Reports reports;

  bool wants(RefusalReason) override {
    ++asked;
    return wants_any;
  }
  void on_refusal(const Refusal& refusal) override { reports.push_back(text_of(refusal)); }
};

struct RefusalHarness {
  explicit RefusalHarness(const std::string& mapping = "", PipelineOptions options = {},
                          metrics::Budgets budgets = {})
      : harness(mapping, with(options, sink), budgets) {}

  // Twice: what was seen before takes the fast path.
  Reports reports_of(std::string_view datagram) {
    harness.send(datagram);
    Reports first = std::exchange(sink.reports, {});
    harness.send(datagram);
    EXPECT_EQ(std::exchange(sink.reports, {}), first);
    return first;
  }

  static PipelineOptions with(PipelineOptions options, Recorder& sink) {
    options.refusals = &sink;
    return options;
  }

  Recorder sink;
  PipelineHarness harness;
};

TEST(Refusal, HasANumberAndANameOfItsOwnForEachReason) {
  std::set<std::size_t> numbers;
  std::set<std::string_view> names;
  const auto add = [&](RefusalReason reason) {
    EXPECT_LT(number_of(reason), kRefusalReasonCount);
    numbers.insert(number_of(reason));
    names.insert(name_of(reason));
  };
  for (std::size_t i = 0; i < statsd::kRejectionCount; ++i) add(static_cast<statsd::Rejection>(i));
  for (std::size_t i = 0; i < kDropReasonCount; ++i) add(static_cast<DropReason>(i));
  for (std::size_t i = 0; i < kOtherRefusalCount; ++i) add(static_cast<OtherRefusal>(i));

  EXPECT_EQ(numbers.size(), kRefusalReasonCount);
  EXPECT_EQ(names.size(), kRefusalReasonCount);
  EXPECT_FALSE(names.contains(""));
}

struct Row {
  const char* datagram;
  Reports reports;
};

class RefusedLine : public testing::TestWithParam<Row> {};

TEST_P(RefusedLine, IsReportedWithWhatIsAtFault) {
  RefusalHarness harness("mappings: [{match: m.*, name: n, scale: 10}, {match: e.*, name: $2}]");

  EXPECT_EQ(harness.reports_of(GetParam().datagram), GetParam().reports);
}

INSTANTIATE_TEST_SUITE_P(
    , RefusedLine,
    testing::Values(
        Row{"good:1|c\nn#a=b:1|g\n", {}}, Row{"bad", {"malformed_line: bad"}},
        Row{"n#a=b:1|c|#c:d", {"mixed_tagging_styles: n#a=b:1|c|#c:d"}},
        Row{"n:1", {"not_enough_parts_after_colon: n:1"}},
        Row{"n:1:2|c", {"invalid_extended_aggregate_type: n:1:2|c (c)"}},
        Row{"n:1|c||#a:b", {"malformed_component: n:1|c||#a:b"}},
        Row{"n:1|c:2", {"malformed_component: n:1|c:2 (2)"}},
        Row{"n:x|c", {"malformed_value: n:x|c (x)"}},
        Row{"n:1|ms|@7|c:",
            {"invalid_sample_factor: n:1|ms|@7|c: (@7)",
             "malformed_container_id: n:1|ms|@7|c: (c:)"}},
        Row{"n:1|s", {"illegal_event: n:1|s (s)"}},
        Row{"n,a=b,,=c,d:1|c", {"malformed_tag: n,a=b,,=c,d:1|c (,=c,d)"}},
        Row{"n]:1|c", {"malformed_tag: n]:1|c (n])"}},
        Row{"n:1|c|#a,b:c,:d", {"malformed_tag: n:1|c|#a,b:c,:d (a,:d)"}},
        Row{"n,a:1|s", {"malformed_tag: n,a:1|s (a)", "illegal_event: n,a:1|s (s)"}},
        Row{"m.x:-2|c", {"illegal_negative_counter: m.x:-2|c -> counter n{} -20 by m.*"}},
        Row{"e.x:1|g|#a:b", {"empty_metric_name: e.x:1|g|#a:b -> gauge e.x{a=\"b\"} 1 by e.*"}},
        Row{"m.x:1|h|#quantile:1",
            {"reserved_label: m.x:1|h|#quantile:1 -> observer n{quantile=\"1\"} 10 by m.*"}},
        Row{"k:1|c|#a:b\nk:2|g|#c:d", {"conflict: k:2|g|#c:d -> gauge k{c=\"d\"} 2, counter k"}},
        Row{"k:1|h\nk_sum:2|c", {"conflict: k_sum:2|c -> counter k_sum{} 2, summary k"}},
        Row{"statsd_exporter_lines_total:1|g",
            {"conflict: statsd_exporter_lines_total:1|g -> gauge statsd_exporter_lines_total{} 1, "
             "own "
             "statsd_exporter_lines_total"}}));

// The sample itself is kept.
TEST(Refusal, TellsWhatASeriesBesideAnotherLoses) {
  RefusalHarness harness(
      "mappings: [{match: p.*, name: p, publish: [min, max], ttl: 1m}, {match: q, name: q, "
      "observer_type: both}]");

  EXPECT_EQ(harness.reports_of("p_max:1|c|#a:b\np.x:2|h|#c:d"),
            Reports{"conflict: p.x:2|h|#c:d -> observer p_max{c=\"d\"} 2 by p.*, counter p_max"});
  EXPECT_EQ(harness.reports_of("p_min:1|g"),
            Reports{"conflict: p_min:1|g -> gauge p_min{} 1, computed, gauge p_min"});
  EXPECT_EQ(harness.reports_of("q_summary:1|c\nq:2|h"),
            Reports{"conflict: q:2|h -> observer q_summary{} 2 by q, counter q_summary"});
}

// As the counts of it do.
TEST(Refusal, NamesARenamedMetricAsTheStoreWasAskedForIt) {
  RefusalHarness harness(
      "defaults: {on_conflict: suffix}\n"
      "mappings: [{match: p.*, name: p, publish: [max]}, {match: q.*, name: q, "
      "observer_type: both}, {match: r.*, name: r, labels: {x: $1}, max_series: 1}]");

  EXPECT_EQ(harness.reports_of("p:1|c\np_timer_max:1|c\np_timer_max_gauge:1|c\np.x:2|h"),
            Reports{"conflict: p.x:2|h -> observer p_timer_max{} 2 by p.*, counter p_timer_max"});
  EXPECT_EQ(
      harness.reports_of("q:1|c\nq_timer_summary:1|c\nq_timer_summary_timer:1|c\nq.x:2|h"),
      Reports{"conflict: q.x:2|h -> observer q_timer_summary{} 2 by q.*, counter q_timer_summary"});
  EXPECT_EQ(harness.reports_of("r.1:1|c\nr.1:1|g\nr.2:2|g"),
            Reports{"budget: r.2:2|g -> gauge r_gauge{x=\"2\"} 2 by r.*"});
}

TEST(Refusal, NamesARenamedSeriesBesideAnotherAsTheStoreWasAskedForIt) {
  metrics::Budgets budgets;
  budgets.series_max = 2;
  RefusalHarness gauges("mappings: [{match: p.*, name: p, publish: [max], on_conflict: suffix}]",
                        {}, budgets);
  RefusalHarness summaries(
      "mappings: [{match: q.*, name: q, observer_type: both, on_conflict: suffix}]", {}, budgets);

  EXPECT_EQ(gauges.reports_of("p_max:1|c\np.x:2|h"),
            Reports{"budget: p.x:2|h -> observer p_max_gauge{} 2 by p.*"});
  EXPECT_EQ(summaries.reports_of("q_summary:1|c\nq.x:2|h"),
            Reports{"budget: q.x:2|h -> observer q_summary_timer{} 2 by q.*"});
}

TEST(Refusal, ReportsWhatALimitRefused) {
  PipelineOptions options;
  options.line_bytes_max = 30;
  options.labels_max = 1;
  options.series_bytes_max = 20;
  options.refuses_non_finite_counters = true;
  metrics::Budgets budgets;
  budgets.series_max = 1;
  RefusalHarness harness("", options, budgets);
  harness.harness.send("a:1|g");

  EXPECT_EQ(harness.reports_of("b:1|g"), Reports{"budget: b:1|g -> gauge b{} 1"});
  EXPECT_EQ(harness.reports_of("b:1|c|#a:b,c:d"),
            Reports{"too_many_labels: b:1|c|#a:b,c:d -> counter b{a=\"b\",c=\"d\"} 1"});
  EXPECT_EQ(
      harness.reports_of("b23456789012345678901:1|c"),
      Reports{"series_too_long: b23456789012345678901:1|c -> counter b23456789012345678901{} 1"});
  EXPECT_EQ(harness.reports_of("b:inf|c"),
            Reports{"non_finite_counter: b:inf|c -> counter b{} inf"});
  EXPECT_EQ(harness.reports_of(std::string(31, 'x')),
            Reports{"line_too_long: " + std::string(31, 'x')});
  {
    Pipeline::Batch batch(harness.harness.pipeline, harness.harness.now);
    batch.too_long_line("y");
  }
  EXPECT_EQ(harness.sink.reports, Reports{"line_too_long: y"});
}

// Samples wait for each other, those of other lines and datagrams among them.
TEST(Refusal, NamesTheLineAmongThoseThatAreWorkedOffTogether) {
  RefusalHarness harness;
  std::string datagram = "k:1|c";
  Reports expected;
  for (int i = 0; i < 100; ++i) {
    datagram += fmt::format("\na{}:1|c", i);
    if (i % 7 != 0) continue;
    datagram += fmt::format("\nk:{}|g\nb{}:x|c", i, i);
    expected.push_back(fmt::format("conflict: k:{0}|g -> gauge k{{}} {0}, counter k", i));
    expected.push_back(fmt::format("malformed_value: b{}:x|c (x)", i));
  }

  Reports reports = harness.reports_of(datagram);

  std::sort(reports.begin(), reports.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(reports, expected);
}

TEST(Refusal, IsOnlyAskedForWhatNobodyWants) {
  RefusalHarness harness;
  harness.sink.wants_any = false;

  harness.harness.send("k:1|c\nk:1|g\nbad\nn,a:1|c");

  EXPECT_EQ(harness.sink.asked, 3U);
  EXPECT_TRUE(harness.sink.reports.empty());
}

}  // namespace
}  // namespace weir::pipeline
