// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/airflow_dag_ids.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using Ids = std::vector<std::string>;

constexpr const char* kFile = R"(# A test.
defaults:
  ttl: 1h
mappings:  # in order
  # Task instances.
  - match: af.ti.finish.*.*.*
    name: ti_finish_total
    help: "Finished: \"all\", by state"
    labels:
      dag_id: $1
      task_id: "$2"
      state: ${3}
  - match: af.*.of.*
    match_metric_type: observer
    name: of_${1}_${2}
    labels: {dag_id: '${2}', kind: $1-$2-$0}
    summary_options: {quantiles: [{quantile: 0.5, error: 0.01}], max_age: 1m}
  - match: af.pool.*
    name: pool
    labels:
      pool: $1
  - {match: '^af\.x\.(.*)$', match_type: regex, name: x, labels: {dag_id: $1}}
)";

std::string error_of_split(const std::string& text, const Ids& ids = {"a.b"}) {
  try {
    (void)split_dag_ids(text, "m.yml", ids);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(DagSplit, PutsCopiesInFrontOfTheRules) {
  const std::string file = kFile;
  const auto text = split_dag_ids(file, "m.yml", Ids{"team.rep-ort"});

  const auto behind = file.find("  # Task instances.");
  const std::string copies = R"(  # These keep the DAG id team.rep-ort whole.
  - match: "af.ti.finish.team.rep-ort.*.*"
    name: ti_finish_total
    help: "Finished: \"all\", by state"
    labels:
      dag_id: "team.rep-ort"
      task_id: "${1}"
      state: "${2}"
  - match: "af.*.of.team.rep-ort"
    match_metric_type: observer
    name: "of_${1}_team_rep_ort"
    labels:
      dag_id: "team.rep-ort"
      kind: "${1}-team.rep-ort-${0}"
    summary_options: {quantiles: [{quantile: 0.5, error: 0.01}], max_age: 1m}
)";
  EXPECT_EQ(text, file.substr(0, behind) + copies + file.substr(behind));
}

// What `name` maps to, with its labels.
std::string series(const mapping::RuleSet& rules, std::string_view name) {
  mapping::Match match;
  rules.match(name, sample::EventKind::Observer, match);
  if (match.rule == nullptr) return "-";
  std::string out = expanded(match.rule->name, match.captures);
  for (const auto& label : match.rule->labels) {
    out += " " + label.name + "=" + expanded(label.value, match.captures);
  }
  return out;
}

TEST(DagSplit, KeepsIdsWhole) {
  const auto rules = load(split_dag_ids(kFile, "m.yml", Ids{"team.report", "1.2.3"})).rules;

  EXPECT_EQ(series(*rules, "af.ti.finish.team.report.load.ok"),
            "ti_finish_total dag_id=team.report state=ok task_id=load");
  EXPECT_EQ(series(*rules, "af.ti.finish.1.2.3.load.ok"),
            "ti_finish_total dag_id=1.2.3 state=ok task_id=load");
  EXPECT_EQ(series(*rules, "af.ti.finish.plain.load.ok"),
            "ti_finish_total dag_id=plain state=ok task_id=load");
  EXPECT_EQ(series(*rules, "af.run.of.team.report"),
            "of_run_team_report dag_id=team.report kind=run-team.report-af.run.of.team.report");
}

TEST(DagSplit, AsksForLongerIdsFirstAndForEachOnce) {
  const auto text = split_dag_ids(kFile, "m.yml", Ids{"a", "a.b", "c.d", "a.b", "a.b.c"});

  std::string order;
  for (auto at = text.find("DAG id "); at != std::string::npos; at = text.find("DAG id ", at + 1)) {
    order += text.substr(at + 7, text.find(' ', at + 7) - at - 7) + " ";
  }
  EXPECT_EQ(order, "a.b.c a.b c.d a ");
}

TEST(DagSplit, ReadsDefaultsAndIndentsAsTheFileDoes) {
  const auto text = split_dag_ids(
      "defaults: {match_type: regex}\nmappings:\n- match: x.*\n  match_type: glob\n  name: x\n"
      "  labels: {dag_id: $1}\n- match: y.*\n  name: y\n  labels: {dag_id: $1}\n",
      "m.yml", Ids{"a.b"});

  EXPECT_TRUE(
      text.starts_with("defaults: {match_type: regex}\nmappings:\n"
                       "# These keep the DAG id a.b whole.\n"
                       "- match: \"x.a.b\"\n  match_type: glob\n  name: x\n"
                       "  labels:\n    dag_id: \"a.b\"\n- match: x.*\n"))
      << text;
}

TEST(DagSplit, TellsWhatStandsInItsWay) {
  const std::string none = "m.yml: no rule has a label dag_id that is a segment of its own";
  EXPECT_TRUE(error_of_split("").starts_with(none));
  EXPECT_TRUE(error_of_split("mappings: []\n").starts_with(none));
  EXPECT_TRUE(error_of_split("mappings:\n- {match: a.*, name: n, labels: {dag_id: x$1}}\n")
                  .starts_with(none));
  EXPECT_TRUE(error_of_split("mappings: [{match: a.*, name: n, labels: {dag_id: $1}}]\n")
                  .starts_with("m.yml:1:11: begin the list of mappings on a line of its own"));
  EXPECT_TRUE(error_of_split("a: [\n").starts_with("m.yml:2:1: yaml: "));
  EXPECT_TRUE(
      error_of_split("mappings:\n- {match: a.*, name: '${1}_n', labels: {dag_id: $1}}\n", {"1.b"})
          .starts_with("m.yml:4:9: metric name '1_b_n'"))
      << error_of_split("mappings:\n- {match: a.*, name: '${1}_n', labels: {dag_id: $1}}\n",
                        {"1.b"});
}

TEST(DagId, IsSegmentsOfAGlob) {
  for (const auto* good : {"a", "a.b", "1.2", "a-b_c.d", "_"}) EXPECT_TRUE(is_dag_id(good)) << good;
  for (const auto* bad : {"", ".", "a.", ".a", "a..b", "-a", "a.-b", "*", "a.*", "a*", "a b", "$1",
                          "a\n", "\xC3\xA9"}) {
    EXPECT_FALSE(is_dag_id(bad)) << bad;
  }
  EXPECT_TRUE(is_dag_id(std::string(250, 'a')));
  EXPECT_FALSE(is_dag_id(std::string(251, 'a')));
}

}  // namespace
}  // namespace weir::rulefile
