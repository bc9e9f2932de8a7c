// SPDX-License-Identifier: Apache-2.0
// The same lines, however they come in and however many of them are looked up together, leave the
// same counts and the same page behind.
#include <array>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cpu_levels.h"
#include "pipeline_harness.h"
#include "random_lines.h"
#include "rounds.h"
#include "weir/statsd/line_splitter.h"

namespace weir::pipeline {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

constexpr std::size_t kSteps = 8;
constexpr std::size_t kLinesPerStep = 1500;
constexpr std::size_t kLineBytesMax = 150;

constexpr const char* kMapping = R"(
mappings:
- {match: app.*.hits, name: hits, labels: {service: $1}}
- {match: drop.*, name: dropped, action: drop}
- {match: up.*, name: up, as: gauge, labels: {x: $1}}
- {match: hist.*, name: hist, observer_type: histogram, histogram_options: {native_histogram_bucket_factor: 1}}
- {match: native.*, name: native, observer_type: histogram}
- {match: scaled, name: scaled, scale: -1}
- {match: tiny, name: tiny, scale: 0.001, ttl: 3s}
- {match: nameless.*, name: "$2"}
)";

constexpr const char* kOtherMapping = R"(
mappings:
- {match: app.*.hits, name: other_hits, labels: {app: $1}, ttl: 2s}
- {match: up.*, name: up, labels: {x: $1}}
- {match: requests, name: requests, action: drop}
- {match: hist.*, name: hist, observer_type: histogram, histogram_options: {buckets: [1, 2]}}
)";

constexpr std::array<std::string_view, 26> kNames = {
    "requests",
    "requests",
    "a",
    "a",
    "clash",
    "clash",
    "app.one.hits",
    "app.two.hits",
    "app.one.hits",
    "drop.me",
    "up.a",
    "up.b",
    "hist.a",
    "hist.b",
    "native.a",
    "scaled",
    "tiny",
    "nameless.x",
    "b-c",
    "b.c",
    "caf\xc3\xa9",
    "_e{1,2}",
    "weir_build_info",
    "a_name_that_with_its_labels_is_longer_than_one_series_may_be_____",
    "c\xff",
    "statsd_exporter_lines_total"};

struct Step {
  std::vector<std::string> datagrams;
  const char* reload = nullptr;
};

// As most are: a name has one kind.
std::string ordinary_line(support::RandomLines& random) {
  constexpr std::array<std::string_view, 5> kTypes = {"c", "g", "ms", "h", "d"};
  constexpr std::array<std::string_view, 4> kTags = {"", "", "|#k:v", "|#k:w,env:prod"};
  const std::string_view type = random.pick(kTypes);
  return fmt::format("{}.{}:{}|{}{}", type, random.below(8), random.number(), type,
                     random.pick(kTags));
}

// Lines that repeat, so that most are known, in datagrams of one line and of many.
std::vector<Step> make_steps(std::uint32_t seed) {
  support::RandomLines random(seed);
  std::vector<std::string> lines;
  std::vector<Step> steps(kSteps);
  for (std::size_t number = 0; number < kSteps; ++number) {
    Step& step = steps[number];
    if (number % 3 == 2) step.reload = number % 2 == 0 ? kOtherMapping : kMapping;
    for (std::size_t i = 0; i < kLinesPerStep; ++i) {
      const bool is_new = lines.empty() || random.one_in(4);
      if (is_new) lines.push_back(random.one_in(2) ? ordinary_line(random) : random.line(kNames));
      const std::string& line = is_new ? lines.back() : lines[random.below(lines.size())];
      if (step.datagrams.empty() || random.one_in(20)) {
        step.datagrams.push_back(line);
      } else {
        (step.datagrams.back() += '\n') += line;
      }
      if (random.one_in(300)) step.datagrams.back() += '\n';
      if (random.one_in(300))
        step.datagrams.back() += "\n" + std::string(kLineBytesMax, 'l') + ":1|c";
    }
  }
  return steps;
}

struct IgnoringTrace : LineTrace {
  void on_line(std::string_view) override {}
};

void count(const NamedTallies& tallies, const std::string& name, Counts& counts) {
  tallies.visit([&](sample::EventKind kind, std::string_view metric, std::uint64_t value) {
    counts[fmt::format("{} {} {}", name, event_kind_name(kind), metric)] = value;
  });
}

template <class Tallies>
void count_each(const Tallies& tallies, const std::string& name, Counts& counts) {
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    counts[fmt::format("{} {}", name, i)] = tallies[i].value();
  }
}

// Everything but the batches.
Counts counts_of(const Ledger& ledger) {
  Counts counts{{"lines", ledger.lines.value()},
                {"lines_too_long", ledger.lines_too_long.value()},
                {"bytes_too_long", ledger.bytes_too_long.value()},
                {"blank_lines", ledger.blank_lines.value()},
                {"sample_lines", ledger.sample_lines.value()},
                {"samples", ledger.samples.value()},
                {"good_samples", ledger.good_samples.value()},
                {"conflicting_events", ledger.conflicting_events.value()},
                {"refused_events", ledger.refused_events.value()},
                {"tagged_samples", ledger.tagged_samples.value()},
                {"tag_errors", ledger.tag_errors.value()},
                {"weights_capped", ledger.weights_capped.value()},
                {"events", ledger.dogstatsd_events.value()},
                {"service_checks", ledger.dogstatsd_service_checks.value()},
                {"unmapped", ledger.unmapped.value()},
                {"mapped", ledger.mapped.value()},
                {"dropped", ledger.dropped.value()},
                {"lookups", ledger.lookups.value()},
                {"lookup_hits", ledger.lookup_hits.value()},
                {"bindings_made", ledger.bindings_made.value()},
                {"bindings_removed", ledger.bindings_removed.value()},
                {"unbound", ledger.unbound.value()}};
  count_each(ledger.rejections, "rejections", counts);
  count_each(ledger.applied, "applied", counts);
  count_each(ledger.errors, "errors", counts);
  count(ledger.conflicts, "conflicts", counts);
  count(ledger.overflowed, "overflowed", counts);
  count(ledger.refused, "refused", counts);
  return counts;
}

struct Limits {
  const char* name;
  metrics::Budgets budgets;
  std::size_t bindings_max = 100'000;
  std::size_t binding_bytes_max = 1'000'000;
  statsd::Dialects dialects = {};
};
std::ostream& operator<<(std::ostream& out, const Limits& value) { return out << value.name; }

using Send = void (*)(PipelineHarness& harness, const Step& step);

struct Left {
  Counts counts;
  // After each step.
  std::vector<std::string> pages;
};

Left run(const std::vector<Step>& steps, const Limits& limits, Send send,
         LineTrace* trace = nullptr, PipelineOptions options = {}) {
  options.line_bytes_max = kLineBytesMax;
  options.labels_max = 4;
  options.series_bytes_max = 60;
  options.bindings_max = limits.bindings_max;
  options.binding_bytes_max = limits.binding_bytes_max;
  options.dialects = limits.dialects;
  options.refused_names_max = 10;
  options.refuses_non_finite_counters = true;
  options.parser.sampling_weight_max = 1000;
  options.trace = trace;
  PipelineHarness harness(kMapping, options, limits.budgets);
  Left left;
  for (const Step& step : steps) {
    if (step.reload != nullptr) harness.reload(step.reload);
    send(harness, step);
    harness.pass(std::chrono::seconds(1));
    left.pages.push_back(harness.samples());
  }
  left.counts = counts_of(harness.pipeline.ledger());
  return left;
}

void send_at_once(PipelineHarness& harness, const Step& step) {
  Pipeline::Batch batch(harness.pipeline, harness.now);
  for (const std::string& datagram : step.datagrams) batch.datagram(datagram);
}

void send_as_one(PipelineHarness& harness, const Step& step) {
  std::string all;
  for (const std::string& datagram : step.datagrams) (all += datagram) += '\n';
  all.pop_back();
  harness.send(all);
}

void send_one_by_one(PipelineHarness& harness, const Step& step) {
  for (const std::string& datagram : step.datagrams) harness.send(datagram);
}

// As streams do, each line from the same place, which is overwritten by the next.
void send_lines(PipelineHarness& harness, const Step& step) {
  Pipeline::Batch batch(harness.pipeline, harness.now);
  std::string place;
  place.reserve(2 * kLineBytesMax);
  for (const std::string& datagram : step.datagrams) {
    statsd::for_each_line(datagram, [&](std::string_view line) {
      place = line;
      batch.line(place);
      batch.flush();
    });
  }
}

// As streams do with lines that they need not join.
void send_lines_together(PipelineHarness& harness, const Step& step) {
  Pipeline::Batch batch(harness.pipeline, harness.now);
  for (const std::string& datagram : step.datagrams) {
    statsd::for_each_line(datagram, [&](std::string_view line) { batch.line(line); });
  }
}

void expect_same(const Left& left, const Left& expected, const char* sent) {
  EXPECT_EQ(left.counts, expected.counts) << sent;
  for (std::size_t i = 0; i < kSteps; ++i) EXPECT_EQ(left.pages[i], expected.pages[i]) << sent << i;
}

class IngestEquivalence : public testing::TestWithParam<Limits> {};

TEST_P(IngestEquivalence, HoldsHoweverLinesComeIn) {
  for (std::uint32_t seed = 10; seed < 10 + support::rounds(3U); ++seed) {
    const auto steps = make_steps(seed);
    IgnoringTrace trace;
    // Nothing is read by its shape, and nothing looked up together.
    const Left expected = run(steps, GetParam(), send_lines, &trace);

    expect_same(run(steps, GetParam(), send_at_once), expected, "at once");
    expect_same(run(steps, GetParam(), send_as_one), expected, "as one");
    expect_same(run(steps, GetParam(), send_one_by_one), expected, "one by one");
    expect_same(run(steps, GetParam(), send_lines), expected, "lines");
    expect_same(run(steps, GetParam(), send_lines_together), expected, "lines together");
    expect_same(run(steps, GetParam(), send_at_once, &trace), expected, "traced");
    PipelineOptions options;
    options.writers = metrics::Writers::One;
    for (const auto cpu_level : support::cpu_levels()) {
      // Its hash decides what is forgotten when there is no more room.
      options.cpu_level = cpu_level;
      expect_same(run(steps, GetParam(), send_at_once, nullptr, options),
                  run(steps, GetParam(), send_lines, &trace, options), "alone");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    , IngestEquivalence,
    testing::Values(
        Limits{"Roomy", {}}, Limits{"FewSeries", {.series_max = 60, .series_per_family_max = 10}},
        Limits{"FewBindings", {}, 50}, Limits{"FewBindingBytes", {}, 1000, 3000},
        Limits{"NoTagDialects",
               {},
               1000,
               1'000'000,
               {.dogstatsd = false, .influxdb = false, .librato = false, .signalfx = false}},
        Limits{"GraphiteTags", {}, 1000, 1'000'000, {.graphite = true}},
        Limits{"MetersAndSpaces", {}, 1000, 1'000'000, {.meters = true, .spaces = true}},
        Limits{"ColonsInNames", {}, 1000, 1'000'000, {.colons_in_names = true}}),
    [](const auto& row) { return row.param.name; });

// Otherwise the lines above would prove little.
TEST(IngestEquivalenceLines, ReachEverythingThatIsCounted) {
  const Limits tight{"", {.series_max = 60, .series_per_family_max = 10}, 50};
  Counts all = run(make_steps(10), {"", {}}, send_at_once).counts;
  for (const auto& [name, value] : run(make_steps(10), tight, send_at_once).counts) {
    all[name] += value;
  }

  std::map<std::string, std::uint64_t> kinds;
  for (const auto& [name, value] : all) kinds[name.substr(0, name.find(' '))] += value;
  // `_sc|` lines have a bar before their first colon, and no name among those sent does.
  kinds.erase("service_checks");
  for (const auto& [name, value] : kinds) EXPECT_GT(value, 0U) << name;
  for (const char* name : {"applied 0", "applied 1", "applied 2"}) EXPECT_GT(all[name], 1000U);
}

}  // namespace
}  // namespace weir::pipeline
