// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/resolver.h"

#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "weir/metrics/store.h"
#include "weir/rulefile/loader.h"
#include "weir/statsd/line_parser.h"

namespace weir::pipeline {
namespace {

// Keeps the last sample of a line.
struct LastSample : statsd::LineVisitor {
  void on_attempt() override {}
  void on_rejection(statsd::Rejection, std::string_view) override {}
  void on_weight_capped() override {}
  void on_message(statsd::Message) override {}
  void on_unknown_type(const sample::Sample& unknown, std::string_view) override {
    sample = unknown;
  }
  void on_sample(const sample::Sample& known) override { sample = known; }

  std::optional<sample::Sample> sample;
};

// Borrows from `line`.
sample::Sample read(std::string_view line) {
  LastSample last;
  statsd::LineParser({}, {}).parse(line, last);
  return last.sample.value();
}

// Rules and a resolver; there is no store and no ledger.
struct Asked {
  explicit Asked(const std::string& mapping,
                 LabelLimits limits = {.labels_max = 100, .series_bytes_max = 1000},
                 CounterPolicy counters = {},
                 base::NameValidation names = base::NameValidation::Legacy)
      : rules(prepare(rulefile::parse_rules(mapping, "mapping.yml", {.names = names}).rules, 1)),
        resolver({}, limits, counters, names) {}

  Resolution resolve(std::string_view line) { return resolver.resolve(read(line), *rules); }
  Resolution describe(std::string_view line) { return resolver.describe(read(line), *rules); }
  std::string refusal(std::string_view line) {
    const auto why = resolve(line).treatment.refusal;
    return why ? std::string(reason(*why)) : "";
  }

  std::shared_ptr<const PreparedRules> rules;
  Resolver resolver;
};

// Fewer and more labels than are sorted one by one.
TEST(Resolver, SortsLabelsAndKeepsTheLastOfEachName) {
  for (const int count : {1, 2, 5, 15, 16, 17, 40}) {
    std::string line = "a:1|c|#";
    std::string body;
    std::string names;
    for (const bool is_last : {false, true}) {
      for (int i = count; i > 0; --i) {
        line += fmt::format("k{:02}:{},", i * 7 % 83, is_last ? i : -i);
      }
    }
    std::map<std::string, int> sorted;
    for (int i = count; i > 0; --i) sorted[fmt::format("k{:02}", i * 7 % 83)] = i;
    for (const auto& [name, value] : sorted) {
      body += fmt::format("{}{}=\"{}\"", body.empty() ? "" : ",", name, value);
      names += (names.empty() ? "" : ",") + name;
    }
    Asked asked("mappings: []");

    const auto resolution = asked.resolve(line);

    EXPECT_EQ(resolution.labels, body);
    EXPECT_EQ(resolution.label_names, names);
  }
}

TEST(Resolver, KeepsTextsThatAreNotInTheLine) {
  const std::string long_value(700, 'x');
  Asked asked("mappings:\n- match: a.*\n  name: m_${1}_$1\n  labels:\n    l: <$1>\n    k: $1\n",
              {.labels_max = 100, .series_bytes_max = 10'000});

  for (int round = 0; round < 3; ++round) {
    const auto resolution =
        asked.resolve("a.b-c:1|c|#a-b:\"" + long_value + ",c.d:" + long_value + "\\,e:\"");

    EXPECT_EQ(resolution.name, "m_b_c_b_c");
    EXPECT_EQ(resolution.labels, "a_b=\"\\\"" + long_value + "\",c_d=\"" + long_value +
                                     "\\\\\",e=\"\\\"\",k=\"b-c\",l=\"<b-c>\"");
    EXPECT_EQ(resolution.label_names, "a_b,c_d,e,k,l");
  }
}

TEST(Resolver, JoinsANameAroundItsTags) {
  Asked asked("mappings: []");

  const auto resolution = asked.resolve("a.b[k=v].c:1|c");

  EXPECT_EQ(resolution.name, "a_b_c");
  EXPECT_EQ(resolution.labels, "k=\"v\"");
  EXPECT_EQ(asked.resolver.steps().raw_name, "a.b.c");
}

TEST(Resolver, LeavesASampleWithoutARuleToTheDefaults) {
  Asked asked("defaults: {ttl: 10s, observer_type: histogram}");

  const Resolution resolution = asked.resolve("a.b-c:1|ms|#z:1,y.y:2");

  EXPECT_EQ(resolution.rule, nullptr);
  EXPECT_EQ(resolution.event, sample::EventKind::Observer);
  EXPECT_EQ(resolution.name, "a_b_c");
  EXPECT_EQ(resolution.labels, R"(y_y="2",z="1")");
  EXPECT_EQ(resolution.label_names, "y_y,z");
  EXPECT_EQ(resolution.definition, &asked.rules->default_observer);
  EXPECT_EQ(resolution.treatment.type, metrics::Type::Histogram);
  EXPECT_EQ(resolution.treatment.disposition, Disposition::Unmapped);
  EXPECT_EQ(resolution.treatment.ttl, metrics::ttl_ticks(std::chrono::seconds(10)));
  EXPECT_EQ(resolution.treatment.units, 1000);
  EXPECT_EQ(resolution.treatment.scale, 1);
  EXPECT_FALSE(resolution.treatment.refusal);
}

struct AskedWithUtf8 : Asked {
  explicit AskedWithUtf8(const std::string& mapping)
      : Asked(mapping, {.labels_max = 100, .series_bytes_max = 1000}, {},
              base::NameValidation::Utf8) {}
};

TEST(Resolver, KeepsNamesWhereUtf8IsAllowed) {
  AskedWithUtf8 asked("");

  const Resolution resolution = asked.resolve("1.b--c/\u00e9:1|c|#z:1,y.y:2,y_y:3,\u65e5:4,1:5");

  EXPECT_EQ(resolution.name, "1.b--c/\u00e9");
  EXPECT_EQ(resolution.labels, R"("1"="5","y.y"="2",y_y="3",z="1",")"
                               "\u65e5\"=\"4\"");
  EXPECT_EQ(resolution.label_names, R"("1","y.y",y_y,z,")"
                                    "\u65e5\"");
  EXPECT_EQ(asked.refusal("#a=b:1|c"), "empty_metric_name");
}

TEST(Resolver, KeepsMappedNamesWhereUtf8IsAllowed) {
  AskedWithUtf8 asked(
      "mappings:\n"
      "- match: jobs.*.*\n"
      "  name: job.${2}/seconds\n"
      "  labels: {service.name: $1, 'a,\"b': x}\n"
      "  rename_tags: {host: host.name}\n");

  const Resolution resolution = asked.resolve("jobs.mail.time:1|ms|#host:x,service.name:y");

  EXPECT_EQ(resolution.name, "job.time/seconds");
  EXPECT_EQ(resolution.labels, R"("a,\"b"="x","host.name"="x","service.name"="mail")");
  EXPECT_EQ(resolution.label_names, R"("a,\"b","host.name","service.name")");
}

TEST(Resolver, RefusesReservedLabelsWhereUtf8IsAllowed) {
  AskedWithUtf8 asked("");

  EXPECT_EQ(asked.refusal("a:1|c|#__x.y:1"), "reserved_label");
  EXPECT_EQ(asked.refusal("a:1|c|#..name..:1"), "reserved_label");
  EXPECT_EQ(asked.refusal("a:1|ms|#quantile:1"), "reserved_label");
  EXPECT_EQ(asked.refusal("a:1|c|#..x:1"), "");
  EXPECT_EQ(asked.refusal("a:1|c|#_name_:1"), "");
}

TEST(Resolver, NamesTheRuleAndWhatItMakesOfASample) {
  Asked asked(
      "mappings:\n"
      "- {match: other, name: other}\n"
      "- {match: jobs.*.*, name: job_$2, labels: {queue: $1}, ttl: 20s, unit: us, scale: 2,\n"
      "   observer_type: histogram}\n");

  const Resolution resolution = asked.resolve("jobs.mail.time:1|ms|#host:x");

  ASSERT_NE(resolution.rule, nullptr);
  EXPECT_EQ(resolution.rule->match, "jobs.*.*");
  EXPECT_EQ(resolution.name, "job_time");
  EXPECT_EQ(resolution.labels, R"(host="x",queue="mail")");
  EXPECT_EQ(resolution.definition, &asked.rules->observers[1]);
  EXPECT_EQ(resolution.companion, nullptr);
  EXPECT_EQ(resolution.treatment.disposition, Disposition::Mapped);
  EXPECT_EQ(resolution.treatment.ttl, metrics::ttl_ticks(std::chrono::seconds(20)));
  EXPECT_EQ(resolution.treatment.units, 1'000'000);
  EXPECT_EQ(resolution.treatment.scale, 2);
}

TEST(Resolver, SaysOfWhichTypeASeriesIs) {
  Asked asked("mappings: [{match: up_down, name: a, as: gauge}, {match: total, name: b, as: set}]");

  EXPECT_EQ(asked.resolve("a:1|c").treatment.type, metrics::Type::Counter);
  EXPECT_EQ(asked.resolve("a:1|g").treatment.type, metrics::Type::Gauge);
  EXPECT_EQ(asked.resolve("a:1|h").treatment.type, metrics::Type::Summary);
  const Resolution up_down = asked.resolve("up_down:1|c");
  EXPECT_EQ(up_down.event, sample::EventKind::Counter);
  EXPECT_EQ(up_down.treatment.type, metrics::Type::Gauge);
  EXPECT_TRUE(up_down.treatment.is_up_down);
  EXPECT_FALSE(asked.resolve("up_down:1|g").treatment.is_up_down);
  EXPECT_TRUE(asked.resolve("total:1|c").treatment.is_total);
  EXPECT_FALSE(asked.resolve("total:1|g").treatment.is_total);
}

TEST(Resolver, AddsTheSummaryBesideAHistogram) {
  Asked asked("mappings: [{match: a, name: a, observer_type: both}]");

  const Resolution resolution = asked.resolve("a:1|ms");

  EXPECT_EQ(resolution.treatment.type, metrics::Type::Histogram);
  ASSERT_NE(resolution.companion, nullptr);
  EXPECT_EQ(resolution.companion->type, metrics::Type::Summary);
  EXPECT_EQ(asked.resolve("a:1|g").companion, nullptr);
}

TEST(Resolver, KnowsTheUnitOfTimersAndOfWhatTheRuleDeclares) {
  Asked asked(R"(
mappings:
- {match: scaled, name: scaled, scale: 60}
- {match: bytes, name: bytes, unit: bytes, scale: 1024}
)");

  EXPECT_EQ(asked.resolve("free:1|ms").unit, "seconds");
  EXPECT_EQ(asked.resolve("free:1|h").unit, "");
  EXPECT_EQ(asked.resolve("free:1|g").unit, "");
  EXPECT_EQ(asked.resolve("scaled:1|ms").unit, "");
  EXPECT_EQ(asked.resolve("bytes:1|c").unit, "bytes");
  EXPECT_EQ(asked.resolve("bytes:1|d").unit, "bytes");
}

TEST(Resolver, SortsAndEscapesLabels) {
  Asked asked("mappings: [{match: a, name: a, labels: {m: 'x\"y'}}]");

  EXPECT_EQ(asked.resolve(R"(a:1|c|#z:1,b:c\d,a:2)").labels, R"(a="2",b="c\\d",m="x\"y",z="1")");
}

TEST(Resolver, LetsTagsWinWhereLabelsAreHonoured) {
  const std::string rule = "mappings: [{match: a, name: a, labels: {x: rule}";

  EXPECT_EQ(Asked(rule + "}]").resolve("a:1|c|#x:tag").labels, R"(x="rule")");
  Asked honouring(rule + ", honor_labels: true}]");
  EXPECT_EQ(honouring.resolve("a:1|c|#x:tag").labels, R"(x="tag")");
}

TEST(Resolver, CountsTagsAndThoseThatAreMalformed) {
  Asked asked("");

  const Treatment treatment = asked.resolve("a:1|c|#x:1,broken,:2").treatment;
  EXPECT_TRUE(treatment.has_labels);
  EXPECT_EQ(treatment.field_tag_errors, 2U);
  EXPECT_EQ(treatment.name_tag_errors, 0U);
  EXPECT_EQ(asked.resolve("a,broken:1|c").treatment.name_tag_errors, 1U);
  const auto tags = asked.resolver.count_tags(read("a,broken,x=1:1|s"));
  EXPECT_TRUE(tags.has_labels);
  EXPECT_EQ(tags.name_errors, 1U);
}

TEST(Resolver, StopsAtSamplesThatARuleDrops) {
  Asked asked("mappings: [{match: a, name: gone, action: drop}]");

  const Resolution resolution = asked.resolve("a:-1|c|#__x:1");

  EXPECT_EQ(resolution.treatment.disposition, Disposition::Dropped);
  EXPECT_FALSE(resolution.treatment.refusal) << "a drop is no error";
  EXPECT_EQ(resolution.rule->match, "a");
  EXPECT_EQ(resolution.labels, "");
}

TEST(Resolver, SaysWhatASampleIsRefusedFor) {
  Asked asked("mappings: [{match: e.*, name: $2}]", {.labels_max = 2, .series_bytes_max = 20},
              {.refuses_non_finite = true});

  EXPECT_EQ(asked.refusal("a:1|c|#b:c"), "");
  EXPECT_EQ(asked.refusal("e.x:1|c"), "empty_metric_name");
  EXPECT_EQ(asked.refusal("a:1|g|#__x:1"), "reserved_label");
  EXPECT_EQ(asked.refusal("a:1|ms|#quantile:1"), "reserved_label");
  EXPECT_EQ(asked.refusal("a:1|g|#quantile:1"), "");
  EXPECT_EQ(asked.refusal("a:1|g|#x:1,y:2,z:3"), "too_many_labels");
  EXPECT_EQ(asked.refusal("a2345678901234567890:1|g"), "");
  EXPECT_EQ(asked.refusal("a23456789012345678901:1|g"), "series_too_long");
  EXPECT_EQ(asked.refusal("a:-1|c"), "illegal_negative_counter");
  EXPECT_EQ(asked.refusal("a:inf|c"), "non_finite_counter");
  EXPECT_EQ(asked.refusal("a:-1|g"), "");
}

TEST(Resolver, NamesTheFirstOfSeveralFaults) {
  Asked asked("mappings: [{match: e.*, name: $2}]", {.labels_max = 1, .series_bytes_max = 5});

  EXPECT_EQ(asked.refusal("e.x:-1|c|#__x:1,y:2"), "empty_metric_name");
  EXPECT_EQ(asked.refusal("abcdef:-1|c|#__x:1,y:2"), "too_many_labels");
  EXPECT_EQ(asked.refusal("abcdef:-1|c|#__x:1"), "reserved_label");
  EXPECT_EQ(asked.refusal("abcdef:-1|c|#x:1"), "illegal_negative_counter");
  EXPECT_EQ(asked.refusal("abcdef:1|c|#x:1"), "series_too_long");
}

TEST(Resolver, JudgesCountersByWhatTheRuleMakesOfTheirValue) {
  Asked asked("mappings: [{match: a, name: a, scale: -1}, {match: b, name: b, as: gauge}]");

  EXPECT_EQ(asked.refusal("a:1|c"), "illegal_negative_counter");
  EXPECT_EQ(asked.refusal("a:-1|c"), "");
  EXPECT_EQ(asked.refusal("b:-1|c"), "");
  EXPECT_EQ(asked.refusal("a:inf|g"), "");
}

// Reading them needs a summary's name on the page, which is longer.
TEST(Resolver, LeavesRoomForTheNameOfTheSummaryBeside) {
  const std::string rule = "defaults: {observer_type: both}";

  EXPECT_EQ(Asked(rule, {.series_bytes_max = 9}).refusal("a:1|h"), "");
  EXPECT_EQ(Asked(rule, {.series_bytes_max = 8}).refusal("a:1|h"), "series_too_long");
}

// A name that two types want is a matter of the store.
TEST(Resolver, KnowsNoConflicts) {
  Asked asked("mappings: [{match: '*', name: n, on_conflict: suffix}]");

  EXPECT_EQ(asked.resolve("a:1|c").name, "n");
  EXPECT_EQ(asked.resolve("b:1|g").name, "n");
  EXPECT_EQ(asked.refusal("b:1|g"), "");
  EXPECT_EQ(asked.resolve("statsd_exporter_lines_total:1|g").name, "n");
}

TEST(Resolver, GivesTheSameAnswerTwice) {
  Asked asked("mappings: [{match: a.*, name: n, labels: {x: $1}}]");

  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(asked.resolve("a.1:1|c|#y:2").labels, R"(x="1",y="2")");
    EXPECT_EQ(asked.refusal("b:-1|c"), "illegal_negative_counter");
    EXPECT_EQ(asked.resolve("c:1|g").labels, "");
  }
}

TEST(Resolver, DescribesWhatIsRefusedAndDropped) {
  Asked asked(
      "mappings: [{match: e.*, name: $2, labels: {x: $1}}, {match: d, name: d, action: drop}]");

  const Resolution nameless = asked.describe("e.y:1|g|#z:1");
  EXPECT_EQ(nameless.treatment.refusal, DropReason::EmptyMetricName);
  EXPECT_EQ(nameless.name, "e.y");
  EXPECT_EQ(nameless.labels, R"(x="y",z="1")");
  EXPECT_EQ(nameless.rule->match, "e.*");
  EXPECT_EQ(asked.describe("a:1|h|#quantile:1").labels, R"(quantile="1")");
  EXPECT_EQ(asked.describe("d:1|c|#z:1").labels, R"(z="1")");
  const Resolution taken = asked.describe("a:1|c|#z:1");
  EXPECT_EQ(taken.name, "a");
  EXPECT_EQ(taken.labels, R"(z="1")");
}

}  // namespace
}  // namespace weir::pipeline
