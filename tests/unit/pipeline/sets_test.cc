// SPDX-License-Identifier: Apache-2.0
// Sets: `name:value|s`.
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr RuleFallbacks kGauge{.sets = Sets::Gauge};

constexpr std::string_view kSetEvents = R"(statsd_exporter_events_total{type="set"})";
constexpr std::string_view kIllegal =
    R"(statsd_exporter_sample_errors_total{reason="illegal_event"})";
constexpr std::string_view kMalformed =
    R"(statsd_exporter_sample_errors_total{reason="malformed_value"})";

std::string with(std::string_view name, int value) { return fmt::format("{} {}", name, value); }

struct SetHarness : PipelineHarness {
  explicit SetHarness(const std::string& mapping = "", RuleFallbacks fallbacks_of = kGauge,
                      metrics::Budgets budgets = {}, PipelineOptions options = {})
      : PipelineHarness(mapping, options, budgets, fallbacks_of) {}
};

TEST(Sets, AreRefusedByDefault) {
  SetHarness harness("", {});
  for (int i = 0; i < 2; ++i) harness.send("a:1|s|#x:y\na:b|s\na:1:2|s\na:|s");

  EXPECT_EQ(harness.samples(), "");
  EXPECT_EQ(harness.self(kIllegal), with(kIllegal, 2));
  EXPECT_EQ(harness.self(kMalformed), with(kMalformed, 4));
  EXPECT_EQ(harness.self(kSetEvents), "");
  EXPECT_EQ(harness.self("statsd_exporter_tags_total"), "statsd_exporter_tags_total 2");
}

TEST(Sets, CountDistinctValues) {
  SetHarness harness;
  for (int i = 0; i < 3; ++i) harness.send("a:x|s\na:y|s\na:x|s|#k:v\na:7|s|@0.1\na:7.0|s");

  EXPECT_EQ(harness.samples(), "a 4\na{k=\"v\"} 1\n");
  EXPECT_EQ(harness.self(kSetEvents), with(kSetEvents, 15));
  EXPECT_EQ(harness.self("statsd_exporter_samples_total"), "statsd_exporter_samples_total 15");
  EXPECT_EQ(harness.self("statsd_exporter_events_unmapped_total"),
            "statsd_exporter_events_unmapped_total 15");
  EXPECT_EQ(harness.self(R"(statsd_exporter_metrics_total{type="gauge"})"),
            R"(statsd_exporter_metrics_total{type="gauge"} 2)");
  EXPECT_EQ(harness.self("weir_bindings"), "weir_bindings 2");
}

TEST(Sets, ForgetValuesThatDoNotComeAgain) {
  SetHarness harness;
  harness.send("a:x|s\na:y|s");
  harness.pass(50s);
  harness.send("a:y|s");
  EXPECT_EQ(harness.samples(), "a 2\n");
  harness.pass(20s);
  EXPECT_EQ(harness.samples(), "a 1\n");
  harness.pass(60s);
  EXPECT_EQ(harness.samples(), "a 0\n");
}

TEST(Sets, HaveTheWindowOfTheirRuleOrTheDefaultsOrTheFlag) {
  const std::string rules =
      "mappings:\n"
      "- {match: r.*, name: r, match_metric_type: set, set_options: {window: 10s}}\n"
      "- {match: d.*, name: d}\n";
  SetHarness harness("defaults: {set_options: {window: 100s}}\n" + rules,
                     {.sets = Sets::Gauge, .set_window = 1000s});
  SetHarness without_defaults(rules, {.sets = Sets::Gauge, .set_window = 1000s});
  for (auto* one : {&harness, &without_defaults}) one->send("r.a:1|s\nd.a:1|s\nu:1|s");

  harness.pass(90s);
  EXPECT_EQ(harness.samples(), "d 1\nr 0\nu 1\n");
  harness.pass(30s);
  EXPECT_EQ(harness.samples(), "d 0\nr 0\nu 0\n");
  without_defaults.pass(900s);
  EXPECT_EQ(without_defaults.samples(), "d 1\nr 0\nu 1\n");
  without_defaults.pass(300s);
  EXPECT_EQ(without_defaults.samples(), "d 0\nr 0\nu 0\n");
}

// The flag refuses sets: a rule for sets alone takes its own, and everything else is as without it.
TEST(Sets, AreCountedByARuleForThemAlone) {
  SetHarness harness(
      "mappings:\n"
      "- {match: s.*, name: s, match_metric_type: set, labels: {x: $1}}\n"
      "- {match: '*.any', name: any}\n"
      "- {match: '*.gone', name: gone, action: drop}\n",
      {});
  for (int i = 0; i < 2; ++i) {
    harness.send(
        "s.a:u|s\ns.a:v|s|#t:v\ns.a:2|c\nq.any:1|s|#t:v\nq.any:u|s|#t:v\nu:1|s\nq.gone:1|s");
  }

  EXPECT_EQ(harness.samples(), "s{x=\"a\"} 1\ns{t=\"v\",x=\"a\"} 1\ns_a 4\n");
  EXPECT_EQ(harness.self(kSetEvents), with(kSetEvents, 4));
  EXPECT_EQ(harness.self(kIllegal), with(kIllegal, 6));
  EXPECT_EQ(harness.self(kMalformed), with(kMalformed, 2));
  EXPECT_EQ(harness.self("statsd_exporter_tags_total"), "statsd_exporter_tags_total 4");
  EXPECT_EQ(harness.self("statsd_exporter_events_unmapped_total"),
            "statsd_exporter_events_unmapped_total 2");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_actions_total{action="drop"})"), "");
}

TEST(Sets, GoTheWayOfTheirRule) {
  SetHarness harness(
      "mappings:\n"
      "- {match: d.*, name: d, action: drop}\n"
      "- {match: c.*, name: c, match_metric_type: counter}\n"
      "- {match: m.*, name: m, labels: {x: $1}, scale: 10, ttl: 5s}\n");
  harness.send("d.a:1|s\nc.a:1|s\nm.a:1|s\nm.a:2|s");

  EXPECT_EQ(harness.samples(), "c_a 1\nm{x=\"a\"} 2\n");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_actions_total{action="drop"})"),
            R"(statsd_exporter_events_actions_total{action="drop"} 1)");
  harness.pass(10s);
  EXPECT_EQ(harness.samples(), "c_a 1\n");
}

TEST(Sets, AreNoOtherMetricsOfTheirName) {
  SetHarness harness;
  harness.send("c:1|c\ng:5|g\ns:x|s");
  for (int i = 0; i < 2; ++i) harness.send("c:x|s\ng:x|s\ns:1|g\ns:1|c\ns:2|g|#a:b\ng:x|s|#a:b");

  EXPECT_EQ(harness.samples(), "c 1\ng 5\ns 1\n");
  for (const auto* name : {"c", "g"}) {
    const auto conflicts = fmt::format(
        "statsd_exporter_events_conflict_total{{metric_name=\"{}\",type=\"set\"}}", name);
    EXPECT_EQ(harness.self(conflicts), with(conflicts, *name == 'c' ? 2 : 4));
  }
  const auto levels =
      std::string(R"(statsd_exporter_events_conflict_total{metric_name="s",type="gauge"})");
  EXPECT_EQ(harness.self(levels), with(levels, 4));
}

TEST(Sets, GetASuffixInAConflict) {
  SetHarness harness("defaults: {on_conflict: suffix}");
  harness.send("a:1|c\na:x|s\na:2|g\na:y|s");
  EXPECT_EQ(harness.samples(), "a 1\na_gauge 2\na_set 2\n");
}

TEST(Sets, AreRefusedPastABudgetAsGaugesAre) {
  SetHarness harness("", kGauge, {.series_max = 1});
  for (int i = 0; i < 2; ++i) harness.send("a:x|s\na:x|s|#k:v\nb:x|s");
  EXPECT_EQ(harness.samples(), "a 1\n");
  const std::string refused = R"(weir_events_refused_total{metric_name="a",type="set"})";
  EXPECT_EQ(harness.self(refused), with(refused, 2));
}

TEST(Sets, LoseValuesThatThereIsNoMemoryFor) {
  metrics::Budgets budgets;
  budgets.bytes_max = 6000;
  SetHarness harness("", kGauge, budgets);
  for (int i = 0; i < 2000; ++i) harness.send(fmt::format("a:{}|s", i));
  harness.send("a:0|s");

  const std::string refused = R"(weir_events_refused_total{metric_name="a",type="set"})";
  const auto count_in = [](const std::string& line) {
    return std::stoi(line.substr(line.rfind(' ')));
  };
  const int lost = count_in(harness.self(refused));
  EXPECT_GT(lost, 0);
  EXPECT_EQ(harness.samples(), fmt::format("a {}\n", 2000 - lost));
  EXPECT_EQ(harness.self(kSetEvents), with(kSetEvents, 2001 - lost));
  EXPECT_LE(harness.store.counts().bytes, budgets.bytes_max);
}

TEST(Sets, LoseValuesUnderTheNameThatTheyHaveInTheStore) {
  metrics::Budgets budgets;
  budgets.bytes_max = 6000;
  SetHarness harness("defaults: {on_conflict: suffix}", kGauge, budgets);
  harness.send("a:1|c");
  for (int i = 0; i < 2000; ++i) harness.send(fmt::format("a:{}|s", i));

  EXPECT_NE(harness.self(R"(weir_events_refused_total{metric_name="a_set",type="set"})"), "");
  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="a",type="set"})"), "");
}

TEST(Sets, EstimateMoreThanAThousand) {
  constexpr int kValues = 20'000;
  SetHarness harness;
  for (int i = 0; i < kValues; ++i) harness.send(fmt::format("a:user-{}|s", i));
  const std::string page = harness.samples();
  ASSERT_TRUE(page.starts_with("a ")) << page;
  EXPECT_NEAR(std::stod(page.substr(2)), kValues,
              kValues * 3 * metrics::HyperLogLog::kStandardError);
}

TEST(Sets, BeginAnewWhereAReloadChangedTheWindow) {
  const auto rule = [](std::string_view window) {
    return fmt::format(
        "mappings: [{{match: a, name: a, match_metric_type: set, set_options: "
        "{{window: {}}}}}]",
        window);
  };
  SetHarness harness(rule("10m"), {});
  harness.send("a:x|s\na:y|s");
  harness.reload(rule("10m") + "  # The same.");
  harness.send("a:z|s");
  EXPECT_EQ(harness.samples(), "a 3\n");
  harness.reload(rule("5m"));
  harness.send("a:z|s");
  EXPECT_EQ(harness.samples(), "a 1\n");
}

TEST(Sets, AreReadOnlyWhileARuleAsksForThem) {
  const std::string asking = "mappings: [{match: a, name: a, match_metric_type: set}]";
  SetHarness harness("", {});
  harness.send("a:x|s");
  harness.reload(asking);
  harness.send("a:x|s");
  EXPECT_EQ(harness.samples(), "a 1\n");
  harness.reload("");
  harness.send("a:y|s");
  EXPECT_EQ(harness.samples(), "a 1\n");
  EXPECT_EQ(harness.self(kMalformed), with(kMalformed, 2));
}

// What two workers are sent is one set.
TEST(Sets, OfSeveralWorkersAreOne) {
  SetHarness harness;
  PipelineOptions options;
  options.seed = 77;
  Pipeline other(harness.current, harness.store, options);
  harness.send("a:x|s\na:y|s");
  {
    Pipeline::Batch batch(other, harness.now);
    batch.datagram("a:y|s\na:z|s");
  }
  EXPECT_EQ(harness.samples(), "a 3\n");
}

struct RefusedValues : RefusalSink {
  std::vector<std::string> all;

  bool wants(RefusalReason) override { return true; }
  void on_refusal(const Refusal& refusal) override {
    std::string text = fmt::format("{} ({})", name_of(refusal.reason), refusal.part);
    if (refusal.event) {
      text += fmt::format(" {} {} {}", refusal.event->type, refusal.event->metric,
                          refusal.event->member);
    }
    all.push_back(std::move(text));
  }
};

TEST(Sets, AreReportedWithTheirValueWhenRefused) {
  RefusedValues reports;
  PipelineOptions options;
  options.refusals = &reports;
  SetHarness harness("mappings: [{match: s.*, name: s, match_metric_type: set}]", {}, {}, options);
  harness.send("s:1|c\ns.a:x y|s\nu:1|s\nu:x|s");
  const std::vector<std::string> expected{"conflict () set s x y", "illegal_event (s)",
                                          "malformed_value (x)"};
  EXPECT_EQ(reports.all, expected);
}

}  // namespace
}  // namespace weir::pipeline
