// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/loader.h"

#include <chrono>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using namespace std::chrono_literals;
using sample::EventKind;

using Quantiles = std::vector<mapping::QuantileOption>;
using Buckets = std::vector<double>;

TEST(RuleLoader, ReadsEveryKeyOfAMapping) {
  const auto loaded = load(
      "mappings:\n"
      "- match: a.*.c\n"
      "  name: ${1}_total\n"
      "  labels:\n"
      "    zone: $1\n"
      "    app: 1.50\n"
      "  honor_labels: yes\n"
      "  observer_type: histogram\n"
      "  match_type: glob\n"
      "  help: Some help.\n"
      "  action: drop\n"
      "  match_metric_type: observer\n"
      "  ttl: 1m2s\n"
      "  scale: 0.001\n"
      "  histogram_options:\n"
      "    buckets: [1, 2]\n"
      "    native_histogram_bucket_factor: 1.5\n"
      "    native_histogram_max_buckets: 16\n");

  ASSERT_EQ(loaded.rules->rules().size(), 1);
  EXPECT_TRUE(loaded.warnings.empty());
  const auto& rule = loaded.rules->rules()[0];
  EXPECT_EQ(rule.index, 0);
  EXPECT_EQ(rule.line, 2);
  EXPECT_EQ(rule.match, "a.*.c");
  EXPECT_EQ(rule.match_type, mapping::MatchType::Glob);
  EXPECT_EQ(rule.kind, EventKind::Observer);
  EXPECT_EQ(rule.action, mapping::Action::Drop);
  EXPECT_EQ(expanded(rule.name, {"a.b.c", "b"}), "b_total");
  ASSERT_EQ(rule.labels.size(), 2);
  EXPECT_EQ(rule.labels[0].name, "app");
  EXPECT_EQ(expanded(rule.labels[0].value, {}), "1.50");
  EXPECT_EQ(rule.labels[1].name, "zone");
  EXPECT_EQ(expanded(rule.labels[1].value, {"a.b.c", "b"}), "b");
  EXPECT_TRUE(rule.honor_labels);
  EXPECT_EQ(rule.observer_type, mapping::ObserverType::Histogram);
  EXPECT_EQ(rule.help, "Some help.");
  EXPECT_EQ(rule.ttl, 62s);
  EXPECT_EQ(rule.scale, 0.001);
  EXPECT_EQ(rule.histogram, (mapping::HistogramOptions{{1, 2}, 1.5, 16}));
}

TEST(RuleLoader, TakesFilesWithoutRules) {
  for (const auto* text : {"", "\n", "null", "~", "# comment\n", "---\n", "{}", "mappings:\n",
                           "mappings: []\n", "defaults:\n", "defaults: {}\nmappings: ~\n"}) {
    EXPECT_TRUE(load(text).rules->rules().empty()) << text;
  }
}

TEST(RuleLoader, ReadsTheFirstDocumentOnly) {
  EXPECT_EQ(load("mappings:\n- {match: a, name: n}\n---\n]] nonsense\n").rules->rules().size(), 1);
}

TEST(RuleLoader, TakesByteOrderMarksAndEveryLineBreak) {
  const std::string text = "mappings:\r\n- match: a\r\n  name: n\r\n";
  std::string little = "\xFF\xFE";
  std::string big = "\xFE\xFF";
  for (const char c : text) {
    little += std::string{c, '\0'};
    big += std::string{'\0', c};
  }

  std::string cr_only = text;
  std::erase(cr_only, '\n');

  for (const auto& file : {text, cr_only, "\xEF\xBB\xBF" + text, little, big}) {
    const auto loaded = load(file);
    ASSERT_EQ(loaded.rules->rules().size(), 1);
    EXPECT_EQ(loaded.rules->rules()[0].name.source(), "n");
  }
}

TEST(RuleLoader, ReadsUtf16BeyondTheBasicPlane) {
  // {"a": "b"} with U+1F600 in the comment behind it, as a surrogate pair.
  const std::string text("\xFF\xFE{\0}\0 \0#\0\x3D\xD8\x00\xDE", 14);

  EXPECT_TRUE(load(text).rules->rules().empty());
}

TEST(RuleLoader, FollowsAliasesAndMerges) {
  const auto loaded = load(
      "mappings:\n"
      "- &base\n"
      "  match: a.*\n"
      "  name: first\n"
      "  labels: &labels {app: one}\n"
      "- <<: *base\n"
      "  match: b.*\n"
      "- match: c.*\n"
      "  name: third\n"
      "  labels: {<<: *labels, zone: two}\n");

  const auto rules = loaded.rules->rules();
  EXPECT_EQ(rules[1].match, "b.*");
  EXPECT_EQ(rules[1].name.source(), "first");
  EXPECT_EQ(rules[1].labels.size(), 1);
  EXPECT_EQ(rules[1].line, 6);
  EXPECT_EQ(rules[2].labels.size(), 2);
}

TEST(RuleLoader, KeepsTheTextOfScalarsInStrings) {
  for (const auto* text : {"1.50", "0x10", "yes", "1_000", ".inf", "2001-01-01"}) {
    EXPECT_EQ(rule_with(std::string("  help: ") + text + "\n").help, text);
  }
  EXPECT_EQ(rule_with("  help: null\n").help, "");
  EXPECT_EQ(rule_with("  help: 'null'\n").help, "null");
}

TEST(RuleLoader, TakesNullAsAbsent) {
  const auto rule = rule_with(
      "  labels: ~\n  honor_labels: ~\n  observer_type: ~\n  match_type: ~\n  action: ~\n"
      "  match_metric_type: ~\n  ttl: ~\n  scale: ~\n  summary_options: ~\n"
      "  histogram_options: ~\n",
      "defaults: {ttl: 1s, observer_type: histogram}\n");

  EXPECT_EQ(rule.ttl, 1s);
  EXPECT_EQ(rule.observer_type, mapping::ObserverType::Histogram);
  EXPECT_EQ(rule.kind, std::nullopt);
  EXPECT_EQ(rule.scale, std::nullopt);
}

TEST(RuleLoader, TakesEmptyStringsAsTheReferenceDoes) {
  const auto rule = rule_with("  observer_type: ''\n  match_type: ''\n  action: ''\n",
                              "defaults: {match_type: regex, observer_type: histogram}\n");

  EXPECT_EQ(rule.observer_type, mapping::ObserverType::Summary);
  EXPECT_EQ(rule.match_type, mapping::MatchType::Glob);
  EXPECT_EQ(rule.action, mapping::Action::Map);
}

TEST(RuleLoader, KnowsEveryKind) {
  EXPECT_EQ(rule_with("  match_metric_type: counter\n").kind, EventKind::Counter);
  EXPECT_EQ(rule_with("  match_metric_type: gauge\n").kind, EventKind::Gauge);
  EXPECT_EQ(rule_with("  match_metric_type: observer\n").kind, EventKind::Observer);
  EXPECT_EQ(rule_with("  match_metric_type: set\n").kind, EventKind::Set);
}

TEST(RuleLoader, ReadsNumbersOfYaml11) {
  EXPECT_EQ(rule_with("  scale: 0x10\n").scale, 16);
  EXPECT_EQ(rule_with("  scale: 010\n").scale, 8);
  EXPECT_EQ(rule_with("  scale: 1_000\n").scale, 1000);
  EXPECT_EQ(rule_with("  scale: 1e-6\n").scale, 1e-6);
  EXPECT_EQ(rule_with("  scale: 0\n").scale, 0);
  EXPECT_EQ(rule_with("  scale: !!float '2'\n").scale, 2);
}

TEST(RuleLoader, CutsFractionsOffWholeNumbers) {
  const auto rule = rule_with("  summary_options: {age_buckets: 2.9, buf_cap: -0.5}\n");

  EXPECT_EQ(rule.summary.age_buckets, 2);
  EXPECT_EQ(rule.summary.buf_cap, 500);
}

TEST(RuleLoader, ReadsBareNumbersAsNanosecondsWithAWarning) {
  const auto loaded = load("mappings:\n- match: a\n  name: n\n  ttl: 10\ndefaults: {ttl: 2.9}\n");

  EXPECT_EQ(loaded.rules->rules()[0].ttl, 10ns);
  EXPECT_EQ(loaded.rules->defaults().ttl, 2ns);
  const auto warnings = lines_of(loaded.warnings);
  ASSERT_EQ(warnings.size(), 2);
  EXPECT_EQ(warnings[0],
            "m.yml:4:8: `10` without a unit means nanoseconds, write a duration with its unit, "
            "such as 10s");
  EXPECT_TRUE(warnings[1].starts_with("m.yml:5:17: `2.9` "));
}

TEST(RuleLoader, LeavesATrailingInfinityOutOfTheBuckets) {
  EXPECT_EQ(rule_with("  histogram_options: {buckets: [-1, 0.5, .inf]}\n").histogram.buckets,
            (Buckets{-1, 0.5}));
  EXPECT_TRUE(rule_with("  histogram_options: {buckets: [.inf]}\n").histogram.buckets.empty());
}

TEST(RuleLoader, SortsQuantilesAndKeepsTheLastErrorOfEach) {
  const auto rule = rule_with(
      "  summary_options:\n"
      "    quantiles:\n"
      "    - {quantile: 0.9, error: 0.1}\n"
      "    - {quantile: 0.5, error: 0.1}\n"
      "    - {quantile: 0.9, error: 0.2}\n");

  EXPECT_EQ(rule.summary.quantiles, (Quantiles{{0.5, 0.1}, {0.9, 0.2}}));
}

TEST(RuleLoader, TakesLabelNamesOfOneLetter) {
  // Difference Q26.
  EXPECT_EQ(rule_with("  labels: {a: x}\n").labels[0].name, "a");
  EXPECT_EQ(rule_with("  labels: {_: x}\n").labels[0].name, "_");
}

TEST(RuleLoader, TakesLabelsThatOnlyAnotherTypeReserves) {
  EXPECT_EQ(error_of("mappings:\n- {match: a, name: n, labels: {le: x}}\n"), "");
  EXPECT_EQ(rule_with("  labels: {quantile: x}\n  match_metric_type: counter\n").labels.size(), 1);
  EXPECT_EQ(rule_with("  labels: {quantile: x}\n  observer_type: histogram\n").labels.size(), 1);
  EXPECT_EQ(rule_with("  labels: {le: x}\n  match_metric_type: gauge\n"
                      "  observer_type: histogram\n")
                .labels.size(),
            1);
}

TEST(RuleLoader, TakesEveryFormOfNameAndGlob) {
  for (const auto* name : {"a", "_", "a1", "$1", "${1}", "a_${1}_$2", "${1", "$1}", "$10", "$1a"}) {
    EXPECT_EQ(error_of("mappings:\n- {match: a.*, name: '" + std::string(name) + "'}\n"), "")
        << name;
  }
  for (const auto* glob : {"a", "*", "*.*", "a.*.b", "a.1", "test.99.myapp.*", "test.99test.x",
                           "foo--bar.*", "a-b.c-", "_.9-", "a.b.c.d.e.f.g.h.i.j.k.l.m"}) {
    EXPECT_EQ(error_of("mappings:\n- {match: '" + std::string(glob) + "', name: n}\n"), "") << glob;
  }
}

TEST(RuleLoader, ExpandsManyCaptures) {
  const auto loaded = load(
      "mappings:\n"
      "- match: request_time.*.*.*.*.*.*.*.*.*.*.*.*\n"
      "  name: tyk_http_request\n"
      "  labels: {app: '${10}', path: '${11}', rest: '${12}', first: $1}\n");
  mapping::Match match;

  loaded.rules->match("request_time.a.b.c.d.e.f.g.h.i.j.k.", EventKind::Counter, match);

  ASSERT_NE(match.rule, nullptr);
  std::string all;
  for (const auto& label : match.rule->labels) {
    all += label.name + "=" + expanded(label.value, match.captures) + " ";
  }
  EXPECT_EQ(all, "app=j first=a path=k rest= ");
}

TEST(RuleLoader, NamesRegexGroupsInTemplates) {
  const auto loaded = load(
      "mappings:\n"
      "- match: 'host\\.(?<host>[^.]+)\\.(?P<what>.*)'\n"
      "  match_type: regex\n"
      "  name: n\n"
      "  labels: {h: $host, w: '${what}-$2', dollar: $$1}\n");
  mapping::Match match;

  loaded.rules->match("x.host.web.up", EventKind::Counter, match);

  ASSERT_NE(match.rule, nullptr);
  EXPECT_EQ(expanded(match.rule->labels[0].value, match.captures), "$1");
  EXPECT_EQ(expanded(match.rule->labels[1].value, match.captures), "web");
  EXPECT_EQ(expanded(match.rule->labels[2].value, match.captures), "up-up");
}

TEST(RuleLoader, ReportsWarningsInTheOrderOfTheFile) {
  const auto loaded = load(
      "mappings:\n- {match: a, name: n, ttl: 5}\n- {match: b, name: n, timer_type: summary}\n"
      "- {match: a, name: n}\ndefaults: {quantiles: [{quantile: 0.5}]}\n");

  ASSERT_EQ(loaded.warnings.size(), 4);
  EXPECT_EQ(loaded.warnings[0].line, 2);
  EXPECT_EQ(loaded.warnings[1].line, 3);
  EXPECT_EQ(loaded.warnings[2].line, 4);
  EXPECT_EQ(loaded.warnings[3].line, 5);
}

TEST(RuleLoader, LoadsTenThousandRules) {
  std::string text = "mappings:\n";
  for (int i = 0; i < 10'000; ++i) {
    text += fmt::format(
        "- match: app.service{0}.*.requests\n  name: requests_{0}\n"
        "  labels:\n    method: $1\n",
        i);
  }

  const auto loaded = load(text);

  EXPECT_EQ(loaded.rules->rules().size(), 10'000);
  EXPECT_EQ(mapped(*loaded.rules, "app.service9999.get.requests"), "requests_9999");
}

}  // namespace
}  // namespace weir::rulefile
