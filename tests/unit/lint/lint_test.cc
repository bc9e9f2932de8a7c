// SPDX-License-Identifier: Apache-2.0
#include "weir/lint/lint.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "weir/rulefile/config_error.h"

namespace weir::lint {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Its ids, in the order of the file.
std::vector<std::string_view> kinds_in(std::string_view text, const Options& options = {}) {
  std::vector<std::string_view> ids;
  for (const auto& finding : lint_text(text, options)) ids.push_back(finding.kind->id);
  return ids;
}

// Of a file with these rules, an item each.
std::vector<std::string_view> ids_of(const std::vector<std::string>& rules) {
  std::string text = "mappings:\n";
  for (const auto& rule : rules) text += "- {" + rule + "}\n";
  return kinds_in(text);
}

std::string regex(const std::string& pattern) {
  return "match: '" + pattern + "', match_type: regex, name: a_total, labels: {xx: $1}";
}

TEST(LintText, FindsNothingInAFileThatIsFine) {
  EXPECT_THAT(ids_of({"match: a.*, name: a_total, labels: {page: $1}"}), IsEmpty());
}

TEST(LintText, ReportsInTheOrderOfTheFile) {
  const auto findings = lint_text(
      "mappings:\n- {match: a, name: a_count, labels: {job: x, instance: y}}\n- {match: b, name: "
      "b_sum}\n");

  ASSERT_EQ(findings.size(), 4);
  EXPECT_THAT((std::vector<std::size_t>{findings[0].column, findings[1].column, findings[2].column,
                                        findings[3].line}),
              ElementsAre(20, 38, 46, 3));
}

TEST(LintText, SaysOfARefusedFileWhyItIs) {
  EXPECT_THAT(kinds_in("mappings:\n- {match: a.*, name: a_count, labels: {job: $2}, x: y}\n"),
              ElementsAre("key-unknown"));
}

TEST(LintText, FindsMoreThanALoadReports) {
  std::vector<std::string> rules;
  rules.reserve(150);
  for (int i = 0; i < 150; ++i) rules.push_back("match: a" + std::to_string(i) + ", name: a_$1");

  EXPECT_EQ(std::ranges::count(ids_of(rules), "capture-missing"), 150);
}

TEST(LintText, TakesTheNamesThatTheDaemonDoes) {
  const std::string_view text = "mappings:\n- {match: a, name: a.b}\n";

  EXPECT_THAT(kinds_in(text), ElementsAre("name-invalid"));
  EXPECT_THAT(kinds_in(text, {base::NameValidation::Utf8}), IsEmpty());
}

TEST(LintText, TakesUtf16) {
  const std::string text("\xFF\xFEm\0a\0p\0p\0i\0n\0g\0s\0:\0[\0]\0", 22);

  EXPECT_THAT(kinds_in("mappings: []"), ElementsAre("mappings-empty"));
  EXPECT_THAT(kinds_in(text.substr(0, text.size())), Not(Contains("file-unreadable")));
}

TEST(LintFile, ThrowsWhereItCannotRead) {
  EXPECT_THROW(static_cast<void>(lint_file("/nonexistent/mapping.yml")), rulefile::ConfigError);
  EXPECT_THROW(static_cast<void>(lint_file("builtin:no-such")), rulefile::ConfigError);
}

TEST(LintOrder, KnowsWhichRegexHidesAnother) {
  const auto hidden = [](const std::string& first, const std::string& second) {
    return std::ranges::count(ids_of({regex(first), regex(second)}), "regex-shadowed") == 1;
  };
  EXPECT_TRUE(hidden("(.*)", "^web(.*)$"));
  EXPECT_TRUE(hidden("^web\\.", "^web\\.(a|b)$"));
  EXPECT_TRUE(hidden("cache", "^(.+)\\.cache\\.x$"));
  EXPECT_FALSE(hidden("^cache", "^(.+)\\.cache\\.x$"));
  EXPECT_FALSE(hidden("^web\\.$", "^web\\.(a|b)$"));
  EXPECT_FALSE(hidden("^web\\.a+", "^web\\.aab(.)$"));
}

TEST(LintOrder, LooksAtTypesAndTagsOfWhatHides) {
  const std::string wide = "match: '.*', match_type: regex, action: drop, name: dropped";
  const std::string narrow = regex("^web(.*)$");
  const auto is_hidden = [&](const std::string& more, const std::string& more_of_narrow) {
    return std::ranges::count(ids_of({wide + more, narrow + more_of_narrow}), "regex-shadowed") ==
           1;
  };
  EXPECT_TRUE(is_hidden("", ""));
  EXPECT_TRUE(is_hidden("", ", match_metric_type: gauge"));
  EXPECT_TRUE(is_hidden(", match_metric_type: gauge", ", match_metric_type: gauge"));
  EXPECT_FALSE(is_hidden(", match_metric_type: gauge", ""));
  EXPECT_FALSE(is_hidden("", ", match_metric_type: set"));
  EXPECT_FALSE(is_hidden(", match_tags: {env: live}", ""));
  EXPECT_TRUE(is_hidden(", match_tags: {env: \"*\"}", ", match_tags: {env: live}"));
}

TEST(LintOrder, CountsTheGlobsThatGoBeforeARegex) {
  const auto findings = lint_text(
      "mappings:\n- {match: '^web\\.(.+)$', match_type: regex, name: a_total, labels: {xx: $1}}\n"
      "- {match: web.*.b, name: b_total}\n- {match: web.c, name: c_total}\n");

  const auto found = std::ranges::find_if(
      findings, [](const Finding& finding) { return finding.kind->id == "glob-before-regex"; });
  ASSERT_NE(found, findings.end());
  EXPECT_EQ(found->line, 2);
  EXPECT_THAT(found->message, HasSubstr("\"web.*.b\" on line 3 and 1 more"));
}

TEST(LintOrder, LeavesRegexesAloneThatGlobsOnlyTakeSomeNamesOf) {
  EXPECT_THAT(ids_of({regex("^web\\.(\\d+)$"), "match: web.*, name: b_total"}),
              Not(Contains("glob-before-regex")));
  EXPECT_THAT(
      ids_of({"match: web.cart, name: b_total", regex("^web\\.(.+)$")}),
      Not(testing::AnyOf(Contains("glob-before-regex"), Contains("regex-mostly-behind-glob"))));
  EXPECT_THAT(ids_of({regex("^web\\.(.+)$") + ", match_metric_type: gauge",
                      "match: web.*, name: b_total, match_metric_type: counter"}),
              Not(Contains("glob-before-regex")));
}

TEST(LintOrder, KnowsGlobsThatTakeEveryNameOfTheirLength) {
  EXPECT_THAT(ids_of({"match: '*.*', name: all"}), Contains("catch-all-map"));
  EXPECT_THAT(ids_of({"match: '*.*', name: all, match_metric_type: gauge"}),
              Not(Contains("catch-all-map")));
  EXPECT_THAT(ids_of({"match: '*.a', name: all"}), Not(Contains("catch-all-map")));
}

TEST(LintRegexes, TellDotsFromWildcards) {
  const auto has = [](const std::string& pattern) {
    return std::ranges::count(ids_of({regex(pattern)}), "regex-dot-unescaped") == 1;
  };
  EXPECT_TRUE(has("^web.(\\w+)$"));
  EXPECT_TRUE(has("^web\\.(\\w+).x$"));
  EXPECT_FALSE(has("^web.*\\.(\\w+)$"));
  EXPECT_FALSE(has("^web\\.(.)$"));
  EXPECT_FALSE(has("^web[.](.{3})$"));
  EXPECT_FALSE(has("^(\\w+).(\\d+)$"));
}

TEST(LintRegexes, LookForAnchorsInEachAlternative) {
  const auto has = [](const std::string& pattern, std::string_view id) {
    return std::ranges::count(ids_of({regex(pattern)}), id) == 1;
  };
  EXPECT_FALSE(has("^web(a)|^db(b)", "regex-start-unanchored"));
  EXPECT_TRUE(has("^web(a)|db(b)", "regex-start-unanchored"));
  EXPECT_FALSE(has("(^web)", "regex-start-unanchored"));
  EXPECT_FALSE(has("(.+)\\.web$", "regex-start-unanchored"));
  EXPECT_TRUE(has("([^.]+)\\.web$", "regex-start-unanchored"));
  EXPECT_TRUE(has("^web(a)|^db$", "regex-end-unanchored"));
  EXPECT_FALSE(has("^web(\\d+)\\.(.*)", "regex-end-unanchored"));
  EXPECT_FALSE(has("^(a|b)$", "regex-end-unanchored"));
}

TEST(LintReferences, NameTheUnusedCaptures) {
  const auto findings =
      lint_text("mappings:\n- {match: 'a.*.*.*', name: a_total, labels: {xx: $2}}\n");

  ASSERT_EQ(findings.size(), 1);
  EXPECT_EQ(findings[0].message, "nothing refers to $1, $3");
  EXPECT_THAT(ids_of({"match: 'a.*.*', name: a_total, labels: {xx: $0}"}), IsEmpty());
  EXPECT_THAT(ids_of({"match: '^a\\.(?P<page>.+)$', match_type: regex, name: a_total, labels: {xx: "
                      "\"${page}\"}"}),
              Not(Contains("capture-unused")));
}

TEST(LintNames, KnowUnitsBeforeTotal) {
  EXPECT_THAT(ids_of({"match: a, name: a_kb_total"}), ElementsAre("name-base-unit"));
  EXPECT_THAT(ids_of({"match: a, name: a_ms_total, match_metric_type: counter"}),
              ElementsAre("name-base-unit"));
  EXPECT_THAT(ids_of({"match: a, name: a_ms"}), ElementsAre("name-milliseconds"));
  EXPECT_THAT(ids_of({"match: a, name: forms"}), IsEmpty());
}

TEST(LintNames, LookForCapitalsOutsideOfReferences) {
  const std::string named = "match: '^a\\.(?P<Page>\\w+)$', match_type: regex, ";
  EXPECT_THAT(ids_of({named + "name: \"a_${1}_B\""}), Contains("not-snake-case"));
  EXPECT_THAT(ids_of({named + "name: \"a_${1}\", labels: {xY: b}"}), Contains("not-snake-case"));
  EXPECT_THAT(ids_of({named + "name: \"a_${1}b\", labels: {xx: \"${Page}B\"}"}),
              Not(Contains("not-snake-case")));
}

TEST(LintNames, NeedAnObserverForAClash) {
  const auto clashes = [](const std::string& more, const std::string& end) {
    return std::ranges::count(ids_of({"match: a, name: a" + more, "match: b, name: a" + end}),
                              "name-suffix-clash") == 1;
  };
  EXPECT_TRUE(clashes(", observer_type: summary", "_sum"));
  EXPECT_TRUE(clashes(", observer_type: histogram", "_bucket"));
  EXPECT_FALSE(clashes(", observer_type: summary", "_bucket"));
  EXPECT_FALSE(clashes("", "_sum"));
  EXPECT_FALSE(clashes(", match_metric_type: gauge", "_sum"));
}

TEST(LintLabels, KnowIdsHoweverTheyAreWritten) {
  for (const auto* label : {"user_id", "userId", "request_uuid", "IP"}) {
    EXPECT_THAT(ids_of({"match: a.*, name: a, labels: {" + std::string(label) + ": $1}"}),
                Contains("label-unbounded"))
        << label;
  }
  EXPECT_THAT(ids_of({"match: a.*, name: a, labels: {dag_id: $1}"}), IsEmpty());
  EXPECT_THAT(ids_of({"match: a, name: a, labels: {user_id: all}"}), IsEmpty());
}

TEST(LintLabels, LookAtRenamedTags) {
  EXPECT_THAT(ids_of({"match: a, name: a, rename_tags: {host: instance}"}),
              Contains("label-target"));
}

TEST(LintValues, LookAtBucketsOfDefaults) {
  const auto with = [](const std::string& defaults) {
    return kinds_in("defaults: {" + defaults + "}\nmappings:\n- {match: a, name: a_seconds}\n");
  };
  EXPECT_THAT(with("observer_type: histogram, histogram_options: {buckets: [100, 200]}"),
              ElementsAre("buckets-milliseconds"));
  EXPECT_THAT(with("observer_type: histogram, histogram_options: {buckets: [99, 200]}"), IsEmpty());
  EXPECT_THAT(with("histogram_options: {buckets: [1, 2]}"), ElementsAre("buckets-ignored"));
  EXPECT_THAT(with("ttl: 9s"), ElementsAre("ttl-short"));
  EXPECT_THAT(with("ttl: 10s"), IsEmpty());
}

TEST(LintValues, LeaveBucketsOfSizesAlone) {
  const std::string buckets =
      ", observer_type: histogram, histogram_options: {buckets: [100, 900]}";
  EXPECT_THAT(ids_of({"match: a, name: a_rows" + buckets}), IsEmpty());
  EXPECT_THAT(ids_of({"match: a, name: a_seconds" + buckets + ", scale: 1000"}), IsEmpty());
  EXPECT_THAT(ids_of({"match: a, name: a_seconds" + buckets}), ElementsAre("buckets-milliseconds"));
}

TEST(LintFileChecks, CountWhatOnlyWeirReads) {
  const auto findings =
      lint_text("mappings:\n- {match: a.*, name: a, labels: {x: $1}, max_series: 9}\n");

  ASSERT_EQ(findings.size(), 1);
  EXPECT_EQ(findings[0].kind->id, "extension-used");
  EXPECT_THAT(findings[0].message, testing::AllOf(HasSubstr("the label `x` of one letter"),
                                                  HasSubstr("the first of 2 places")));
}

}  // namespace
}  // namespace weir::lint
