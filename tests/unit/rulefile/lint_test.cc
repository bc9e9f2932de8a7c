// SPDX-License-Identifier: Apache-2.0
#include "rulefile/lint.h"

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using Lines = std::vector<std::string>;

struct LintRow {
  std::string text;
  Lines expected;
};

class Lint : public testing::TestWithParam<LintRow> {};

TEST_P(Lint, WarnsOfWhatIsSurelyNotMeant) {
  EXPECT_EQ(warnings_of(GetParam().text), GetParam().expected) << GetParam().text;
}

const std::string kRules = "mappings:\n- {match: a.*, name: n}\n";

INSTANTIATE_TEST_SUITE_P(
    Documents, Lint,
    testing::Values(
        LintRow{kRules + "---\nmappings:\n- {match: b, name: m}\n",
                {"m.yml:3:1: a second YAML document begins here, and only the first one is "
                 "read, put all "
                 "mappings under one `mappings:`"}},
        LintRow{"---\n" + kRules + "--- {a: b}\n",
                {"m.yml:4:1: a second YAML document begins here, and only the first one is "
                 "read, put all "
                 "mappings under one `mappings:`"}},
        LintRow{"---\n# nothing\n---\n" + kRules,
                {"m.yml:3:1: a second YAML document begins here, and only the first one is "
                 "read, put all "
                 "mappings under one `mappings:`"}},
        LintRow{kRules + "...\n# end\nmappings: []\n",
                {"m.yml:5:1: a second YAML document begins here, and only the first one is "
                 "read, put all "
                 "mappings under one `mappings:`"}},
        LintRow{"# x\n%YAML 1.1\n---\n" + kRules + "...\n", {}},
        LintRow{kRules + "---\n# nothing\n\n---\n", {}}, LintRow{kRules + "  # ---\n", {}},
        LintRow{"mappings:\n- match: a\n  name: n\n  help: |\n    ---\n    x\n", {}}));

INSTANTIATE_TEST_SUITE_P(
    References, Lint,
    testing::Values(
        LintRow{
            "mappings:\n- {match: a.*.*, name: n_$2, labels: {x: '$3', y: 'b-${4}'}}\n",
            {"m.yml:2:42: `$3` is always empty: the glob has 2 captures, refer to one that it has, "
             "or remove the reference",
             "m.yml:2:51: `${4}` is always empty: the glob has 2 captures, refer to one that it "
             "has, "
             "or remove the reference"}},
        LintRow{
            "mappings:\n- {match: a.*, name: n_$10, labels: {x: '$20'}}\n",
            {"m.yml:2:22: `$10` is always empty: the glob has 1 capture, refer to one that it has, "
             "or write `${1}0`",
             "m.yml:2:41: `$20` is always empty: the glob has 1 capture, refer to one that it has, "
             "or remove the reference"}},
        LintRow{
            "mappings:\n- {match: a.b, name: n_$1}\n",
            {"m.yml:2:22: `$1` is always empty: the glob has no `*`, refer to one that it has, or "
             "remove the reference"}},
        LintRow{"mappings:\n- {match: a.*, name: n, labels: {x: $1_y}}\n",
                {"m.yml:2:37: `$1_y` is always empty: the glob has 1 capture, write `${1}_y`"}},
        LintRow{
            "mappings:\n- {match: ^a, match_type: regex, name: 'n_${1}'}\n",
            {"m.yml:2:40: `${1}` is always empty: the regex has no such group, refer to one that "
             "it "
             "has, or remove the reference"}},
        LintRow{
            "mappings:\n- {match: '(?P<b>b)', match_type: regex, name: n, labels: {x: $b$c}}\n",
            {"m.yml:2:63: `$c` is always empty: the regex has no such group, refer to one that it "
             "has, or remove the reference"}},
        LintRow{"mappings:\n- {match: a.*.**, name: n_$0, labels: {x: '$1 ${2} $ $$', y: '$2'}}\n",
                {}},
        LintRow{
            "mappings:\n- {match: 'a(b)?', match_type: regex, name: n_$0, labels: {x: '$1 $$2'}}\n",
            {}},
        // Nobody sees it.
        LintRow{"mappings:\n- {match: a, name: n_$1, action: drop}\n", {}}));

INSTANTIATE_TEST_SUITE_P(
    Regexes, Lint,
    testing::Values(
        LintRow{
            "mappings:\n- {match: '^a:(b|c)$', match_type: regex, name: n}\n",
            {"m.yml:2:11: this mapping never matches: its regex needs a `:`, which no name holds "
             "unless --statsd.parse-colons-in-names is given, match what is before it, or remove "
             "the "
             "mapping"}},
        LintRow{"mappings:\n- {match: 'foo\\|bar', match_type: regex, name: n}\n",
                {"m.yml:2:11: this regex needs a `|` in the name, which no client writes, write it "
                 "without a backslash for one of several"}},
        LintRow{
            "mappings:\n- {match: \"a\\bb\", match_type: regex, name: n}\n",
            {"m.yml:2:11: this regex holds the control character U+0008, which double quotes made "
             "of "
             "an escape, write it in single quotes, which leave backslashes alone"}},
        LintRow{"mappings:\n- {match: 'a:?b|c:d|(e|f)[:]*', match_type: regex, name: n}\n", {}},
        LintRow{"mappings:\n- {match: \"a\\\\bb\", match_type: regex, name: n}\n", {}}));

INSTANTIATE_TEST_SUITE_P(
    RegexesBehindGlobs, Lint,
    testing::Values(
        LintRow{
            "mappings:\n- {match: '^a\\.(b|c)$', match_type: regex, name: n}\n- {match: a.*, name: "
            "m}\n",
            {"m.yml:2:11: this mapping never matches: the glob \"a.*\" on line 3 takes all of its "
             "names, as globs go before regexes, make that one a regex too and put it after this "
             "one, or remove this one"}},
        LintRow{
            "defaults: {glob_disable_ordering: true}\n"
            "mappings:\n- {match: a.*, name: m}\n- {match: '^a\\.b', match_type: regex, name: n}\n",
            {}},
        LintRow{"mappings:\n- {match: '^a\\.b$', match_type: regex, name: n}\n"
                "- {match: a.*, name: m, match_metric_type: gauge}\n",
                {}},
        LintRow{
            "mappings:\n- {match: 'a\\.b$', match_type: regex, name: n}\n- {match: a.*, name: m}\n",
            {}},
        LintRow{
            "mappings:\n- {match: '^a\\.b', match_type: regex, name: n}\n- {match: a.*, name: m}\n",
            {}}));

std::string other(const std::string& position, const std::string& what) {
  return "m.yml:" + position + ": \"n\" has " + what +
         " in the mapping on line 2, and what arrives first decides, give both the same, or one of "
         "them another name";
}

INSTANTIATE_TEST_SUITE_P(
    SameNames, Lint,
    testing::Values(
        LintRow{"mappings:\n- {match: a, name: n, help: x}\n- {match: b, name: n, help: y}\n",
                {other("3:20", "another help")}},
        LintRow{"mappings:\n- {match: a, name: n, help: x}\n- {match: b, name: n}\n"
                "- {match: c, name: n, help: x}\n- {match: d, name: m, help: y}\n"
                "- {match: e, name: n, help: z, action: drop}\n",
                {}},
        LintRow{
            "mappings:\n- {match: a, name: n, match_metric_type: counter}\n"
            "- {match: b, name: n, match_metric_type: gauge}\n",
            {"m.yml:3:20: \"n\" is a gauge here and a counter in the mapping on line 2, and cannot "
             "be "
             "both, give one of them another name"}},
        LintRow{
            "mappings:\n- {match: a, name: n, observer_type: histogram}\n"
            "- {match: b, name: n, match_metric_type: observer}\n",
            {"m.yml:3:20: \"n\" is a summary here and a histogram in the mapping on line 2, and "
             "cannot be both, give one of them another name"}},
        LintRow{
            "mappings:\n- {match: a, name: n, match_metric_type: gauge}\n"
            "- {match: b, name: n, match_metric_type: set}\n",
            {"m.yml:3:20: \"n\" is the gauge of a set here and a gauge in the mapping on line 2, "
             "and "
             "cannot be both, give one of them another name"}},
        // What comes may be of one type.
        LintRow{
            "mappings:\n- {match: a, name: n, match_metric_type: counter}\n- {match: b, name: n}\n",
            {}},
        LintRow{"mappings:\n- {match: a, name: n, match_metric_type: gauge}\n"
                "- {match: b, name: n, match_metric_type: counter, as: gauge}\n",
                {}},
        LintRow{"mappings:\n- {match: a.*, name: n_$1, match_metric_type: counter}\n"
                "- {match: b.*, name: n_$1, match_metric_type: gauge}\n",
                {}},
        LintRow{
            "mappings:\n- {match: a, name: n, observer_type: histogram}\n"
            "- {match: b, name: n, observer_type: histogram, histogram_options: {buckets: [1]}}\n",
            {other("3:20", "other buckets")}},
        LintRow{"mappings:\n- {match: a, name: n, observer_type: summary}\n"
                "- {match: b, name: n, match_metric_type: observer,\n"
                "   summary_options: {quantiles: [{quantile: 0.5}]}}\n",
                {other("3:20", "other quantiles")}},
        LintRow{"mappings:\n- {match: a, name: n, observer_type: summary}\n"
                "- {match: b, name: n, observer_type: summary, summary_options: {max_age: 1s}}\n"
                "- {match: c, name: n, summary_options: {quantiles: [{quantile: 0.5}]}}\n",
                {}}));

std::string taken(const std::string& position, const std::string& name, int line) {
  return "m.yml:" + position + ": publish makes \"" + name + "\", which the mapping on line " +
         std::to_string(line) +
         " makes too, and what arrives first has the name, give one of them another name";
}

INSTANTIATE_TEST_SUITE_P(
    Publish, Lint,
    testing::Values(
        LintRow{"mappings:\n- {match: a, name: n, match_metric_type: observer, publish: [max]}\n"
                "- {match: b, name: n, match_metric_type: observer, publish: [max, min]}\n",
                {other("3:20", "another publish")}},
        LintRow{
            "mappings:\n- {match: a, name: n, match_metric_type: observer, publish: [min, max]}\n"
            "- {match: b, name: n, match_metric_type: observer, publish: [max, min]}\n",
            {}},
        LintRow{
            "mappings:\n- {match: a, name: n, publish: [min, max]}\n- {match: b, name: n_max}\n",
            {taken("2:32", "n_max", 3)}},
        LintRow{"mappings:\n- {match: b, name: n_stddev, match_metric_type: gauge}\n"
                "- {match: a, name: n, publish: [stddev]}\n",
                {taken("3:32", "n_stddev", 2)}},
        LintRow{"defaults: {publish: [max]}\n"
                "mappings:\n- {match: a, name: n, match_metric_type: observer}\n"
                "- {match: b, name: n_max}\n",
                {taken("3:20", "n_max", 4)}},
        // It may be that no observation ever comes.
        LintRow{"defaults: {publish: [max]}\n"
                "mappings:\n- {match: a, name: n}\n- {match: b, name: n_max}\n",
                {}},
        LintRow{"mappings:\n- {match: a, name: n, publish: [max]}\n- {match: b, name: n_min}\n"
                "- {match: c, name: n_max, action: drop}\n- {match: d.*, name: n_$1}\n",
                {}},
        LintRow{"defaults: {on_conflict: suffix}\n"
                "mappings:\n- {match: a, name: n, publish: [max]}\n- {match: b, name: n_max}\n",
                {}}));

INSTANTIATE_TEST_SUITE_P(
    ReservedLabels, Lint,
    testing::Values(
        LintRow{"mappings:\n- {match: a.*, name: n, labels: {quantile: $1}}\n",
                {"m.yml:2:34: timers are dropped for their label "
                 "\"quantile\": a "
                 "summary uses it for its quantiles, set match_metric_type to gauge or counter, or "
                 "rename it"}},
        LintRow{"defaults: {observer_type: histogram}\n"
                "mappings:\n- {match: a.*, name: n, labels: {le: $1, quantile: $1}}\n",
                {"m.yml:3:34: timers are dropped for their label \"le\": a "
                 "histogram uses it for its buckets, set match_metric_type to gauge or counter, or "
                 "rename it"}},
        LintRow{"mappings:\n- {match: a.*, name: n, rename_tags: {q: quantile}}\n",
                {"m.yml:2:42: timers are dropped for their label "
                 "\"quantile\": a "
                 "summary uses it for its quantiles, set match_metric_type to gauge or counter, or "
                 "rename it"}},
        LintRow{"mappings:\n- {match: a.*, name: n, labels: {quantile: $1}, match_metric_type: "
                "gauge}\n",
                {}}));

TEST(LintKinds, AreToldApart) {
  const auto loaded = load(
      "mappings:\n- {match: a, name: n_$1, ttl: 5}\n- {match: a, name: m, labels: {quantile: x}}\n"
      "---\nx: y\n");

  ASSERT_EQ(loaded.warnings.size(), 5);
  EXPECT_EQ(loaded.warnings[0].kind, DiagnosticKind::EmptyReference);
  EXPECT_EQ(loaded.warnings[1].kind, DiagnosticKind::BareDuration);
  EXPECT_EQ(loaded.warnings[2].kind, DiagnosticKind::RepeatedMatch);
  EXPECT_EQ(loaded.warnings[3].kind, DiagnosticKind::ReservedLabel);
  EXPECT_EQ(loaded.warnings[4].kind, DiagnosticKind::SecondDocument);
  for (const auto& warning : loaded.warnings) EXPECT_EQ(warning.severity, Severity::Warning);
}

DiagnosticKind kind_of_warning(const std::string& rules) {
  const auto warnings = load("mappings:\n" + rules).warnings;
  EXPECT_EQ(warnings.size(), 1) << rules;
  return warnings.at(0).kind;
}

TEST(LintKinds, TellHowARuleComesToNothing) {
  EXPECT_EQ(kind_of_warning("- {match: a.*, name: n}\n- {match: a.b, name: m}\n"),
            DiagnosticKind::NeverMatches);
  EXPECT_EQ(kind_of_warning("- {match: ^a\\.b$, match_type: regex, name: n}\n"
                            "- {match: a.*, name: m}\n"),
            DiagnosticKind::AfterGlob);
  EXPECT_EQ(kind_of_warning("- {match: 'a:b', match_type: regex, name: n}\n"),
            DiagnosticKind::ImpossibleRegex);
  EXPECT_EQ(kind_of_warning("- {match: a.*, name: n, labels: {x: $1_y}}\n"),
            DiagnosticKind::LongReference);
}

TEST(LintKinds, TellWhatTwoRulesDisagreeAbout) {
  const std::string first = "- {match: a, name: n, match_metric_type: observer, help: x}\n";
  EXPECT_EQ(kind_of_warning(first + "- {match: b, name: n, match_metric_type: gauge, help: x}\n"),
            DiagnosticKind::OtherType);
  EXPECT_EQ(kind_of_warning(first + "- {match: b, name: n, help: y}\n"), DiagnosticKind::OtherHelp);
  EXPECT_EQ(kind_of_warning(first + "- {match: b, name: n, match_metric_type: observer, "
                                    "summary_options: {quantiles: [{quantile: 0.3}]}}\n"),
            DiagnosticKind::OtherOptions);
  EXPECT_EQ(kind_of_warning("- {match: a, name: n, match_metric_type: observer, publish: [max]}\n"
                            "- {match: b, name: n_max}\n"),
            DiagnosticKind::PublishedTwice);
}

TEST(LintKinds, NameWhatIsInvalid) {
  const auto kind_of_error = [](const std::string& rule) {
    try {
      load("mappings:\n- " + rule + "\n");
    } catch (const ConfigError& error) {
      return error.errors().at(0).kind;
    }
    return DiagnosticKind::More;
  };
  EXPECT_EQ(kind_of_error("{match: 'a..b', name: n}"), DiagnosticKind::InvalidPattern);
  EXPECT_EQ(kind_of_error("{match: '(', match_type: regex, name: n}"),
            DiagnosticKind::InvalidPattern);
  EXPECT_EQ(kind_of_error("{match: a, name: n-m}"), DiagnosticKind::InvalidName);
  EXPECT_EQ(kind_of_error("{match: a}"), DiagnosticKind::InvalidName);
  EXPECT_EQ(kind_of_error("{match: a, name: n, labels: {x-y: z}}"), DiagnosticKind::InvalidLabel);
}

TEST(Lint, KeepsAsManyWarningsAsItIsTold) {
  std::string text = "mappings:\n";
  for (int i = 0; i < 150; ++i) text += "- {match: a" + std::to_string(i) + ", name: n_$1}\n";
  LoadOptions options;
  EXPECT_EQ(parse_rules(text, "m.yml", options).warnings.size(), Diagnostics::kWarningsMax + 1);
  options.limits.warnings_max = 1000;
  EXPECT_EQ(parse_rules(text, "m.yml", options).warnings.size(), 150);
}

}  // namespace
}  // namespace weir::rulefile
