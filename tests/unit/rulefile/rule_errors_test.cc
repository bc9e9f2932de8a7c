// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using Row = ErrorRow;

class FileFault : public testing::TestWithParam<Row> {};

TEST_P(FileFault, IsReportedWithItsPosition) {
  const auto error = error_of(GetParam().text);

  EXPECT_TRUE(error.starts_with("m.yml:" + GetParam().expected)) << GetParam().text << "\n"
                                                                 << error;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Text, FileFault,
    testing::Values(
        Row{"mappings: []\n# \xC3\x28\n", "2:3: the text is not valid UTF-8"},
        Row{"\xFF", "1:1: the text is not valid UTF-8"},
        Row{"a: \xED\xA0\x80", "1:4: the text is not valid UTF-8"},
        Row{"a: b\x01", "1:5: control characters are not allowed, remove U+0001"},
        Row{"a: \x7F", "1:4: control characters are not allowed, remove U+007F"},
        Row{std::string("a: \0", 4), "1:4: control characters are not allowed, remove U+0000"},
        Row{"a: \xC2\x80", "1:4: control characters are not allowed, remove U+0080"},
        Row{"a: \xEF\xBB\xBF", "1:4: control characters are not allowed, remove U+FEFF"},
        Row{"mappings: [\n", "2:1: yaml: end of sequence flow not found"},
        Row{"mappings:\n- match: *.a\n", "2:10: yaml: the referenced anchor is not defined"}));

INSTANTIATE_TEST_SUITE_P(
    Keys, FileFault,
    testing::Values(
        Row{"- a\n", "1:1: the file must be a map, not a list"},
        Row{"word\n", "1:1: the file must be a map, not `word`"},
        Row{"mappings: {}\n", "1:11: mappings must be a list, not a map"},
        Row{"mappings: ''\n", "1:11: mappings must be a list, not the string \"\""},
        Row{"mappings: [1]\n", "1:12: a mapping must be a map, not `1`"},
        Row{"defaults: []\n", "1:11: defaults must be a map, not a list"},
        Row{"mapping: []\n",
            "1:1: unknown key \"mapping\" in the file, did you mean \"mappings\"?"},
        Row{"Mappings: []\n",
            "1:1: unknown key \"Mappings\" in the file, did you mean \"mappings\"?"},
        Row{"fsm: 1\n",
            "1:1: unknown key \"fsm\" in the file, remove it or use one of: defaults, mappings"},
        Row{"logger: 1\n", "1:1: unknown key \"logger\" in the file"},
        Row{"registerer: 1\n", "1:1: unknown key \"registerer\" in the file"},
        Row{"mappingscount: 1\n", "1:1: unknown key \"mappingscount\" in the file"},
        Row{with("  Help: x\n"), "4:3: unknown key \"Help\" in a mapping, did you mean \"help\"?"},
        Row{with("  lables: {}\n"),
            "4:3: unknown key \"lables\" in a mapping, did you mean \"labels\"?"},
        Row{with("  banana: {}\n"),
            "4:3: unknown key \"banana\" in a mapping, remove it or use "
            "one of: match, name, labels, honor_labels, observer_type"},
        Row{"defaults: {tll: 1s}\n",
            "1:12: unknown key \"tll\" in defaults, did you mean \"ttl\"?"},
        Row{with("  summary_options: {maxage: 1s}\n"),
            "4:21: unknown key \"maxage\" in summary_options, did you mean \"max_age\"?"},
        Row{with("  summary_options: {quantiles: [{quantil: 1}]}\n"),
            "4:34: unknown key \"quantil\" in an item of quantiles, did you mean \"quantile\"?"},
        Row{with("  histogram_options: {bucket: [1]}\n"),
            "4:23: unknown key \"bucket\" in histogram_options, did you mean \"buckets\"?"},
        Row{with("  name: m\n"), "4:3: key \"name\" is already set in this map"},
        Row{with("  labels: {a: 1, a: 2}\n"), "4:18: key \"a\" is already set in this map"},
        Row{with("  help\n"), "4:3: could not find ':' after \"help\""},
        // Of several faults the first in the file.
        Row{"mappings:\n- {match: a, name: n, x: 1}\ndefaults: {y: 1}\n",
            "2:23: unknown key \"x\""},
        Row{"mappings:\n- {match: a, name: '-'}\n- {match: a, name: n, x: 1}\n",
            "2:20: metric name '-' doesn't match"}));

INSTANTIATE_TEST_SUITE_P(
    Types, FileFault,
    testing::Values(
        Row{with("  honor_labels: 'yes'\n"),
            "4:17: found the string \"yes\", write `true` or `false`"},
        Row{with("  honor_labels: 1\n"), "4:17: found `1`, write `true` or `false`"},
        Row{with("  honor_labels: []\n"), "4:17: found a list, write `true` or `false`"},
        Row{with("  scale: '1'\n"), "4:10: found the string \"1\", write a number without quotes"},
        Row{with("  scale: !!str 1\n"), "4:10: found the string \"1\", write a number"},
        Row{with("  scale: x\n"), "4:10: found `x`, write a number"},
        Row{with("  scale: ''\n"), "4:10: found the string \"\", write a number"},
        Row{with("  scale: {}\n"), "4:10: found a map, write a number"},
        Row{with("  help: [a]\n"), "4:9: found a list, write a single value"},
        Row{with("  labels: ''\n"), "4:11: labels must be a map, not the string \"\""},
        Row{with("  labels: {ab: [1]}\n"), "4:16: found a list, write a single value"},
        Row{with("  ttl: '10'\n"), "4:8: found the string \"10\", write a duration"},
        Row{with("  ttl: 1d\n"), "4:8: found `1d`, write a duration"},
        Row{with("  ttl: yes\n"), "4:8: found `yes`, write a duration"},
        Row{with("  ttl: 1e30\n"), "4:8: found `1e30`, write a duration"},
        Row{with("  ttl: .nan\n"), "4:8: found `.nan`, write a duration"},
        Row{with("  ttl: -1s\n"), "4:8: ttl `-1s` is negative, write a positive duration"},
        Row{with("  ttl: -5\n"), "4:8: ttl `-5` is negative, write a positive duration"},
        Row{"defaults: {ttl: -1ns}\n", "1:17: ttl `-1ns` is negative, write a positive duration"},
        Row{with("  summary_options: {age_buckets: -1}\n"),
            "4:34: found `-1`, write a whole number from 0 to 4294967295"},
        Row{with("  summary_options: {age_buckets: 4294967296}\n"),
            "4:34: found `4294967296`, write a whole number"},
        Row{with("  summary_options: {age_buckets: '5'}\n"),
            "4:34: found the string \"5\", write a whole number"},
        Row{with("  summary_options: {buf_cap: .nan}\n"), "4:30: found `.nan`, write a whole"},
        Row{with("  summary_options: []\n"), "4:20: summary_options must be a map"},
        Row{with("  histogram_options: x\n"), "4:22: histogram_options must be a map"},
        Row{with("  observer_type: timer\n"), "4:18: invalid observer type 'timer', write"},
        Row{with("  match_type: Glob\n"), "4:15: invalid match type \"Glob\", write"},
        Row{with("  action: keep\n"), "4:11: invalid action type \"keep\", write"},
        Row{with("  match_metric_type: sets\n"), "4:22: invalid metric type 'sets', write"},
        Row{with("  match_metric_type: ''\n"), "4:22: invalid metric type '', write"},
        Row{"defaults: {glob_disable_ordering: 'on'}\n", "1:35: found the string \"on\""}));

INSTANTIATE_TEST_SUITE_P(
    Validation, FileFault,
    testing::Values(
        Row{with("  labels: {0a: x}\n"), "4:12: invalid label key: 0a, use letters"},
        Row{with("  labels: {a-b: x}\n"), "4:12: invalid label key: a-b, use letters"},
        Row{with("  labels: {'': x}\n"), "4:12: invalid label key: , use letters"},
        Row{with("  labels: {~: x}\n"), "4:12: invalid label key: , use letters"},
        Row{with("  labels: {\"a\\n\": x}\n"), "4:12: invalid label key: a\\n, use letters"},
        Row{with("  labels: {a\xC2\xA0: x}\n"), "4:12: invalid label key: a\\u00a0, use letters"},
        Row{with("  labels: {\"a\\u202e\": x}\n"), "4:12: invalid label key: a\\u202e, use"},
        Row{with("  \xC2\xA0labels: {a: x}\n"), "4:3: unknown key \"\\u00a0labels\" in "},
        Row{with("  labels: {__x: x}\n"), "4:12: invalid label key: __x, names that begin with"},
        Row{with("  match_metric_type: counter\n  labels: {__x: x}\n"),
            "5:12: invalid label key: __x, "},
        Row{with("  labels: {quantile: x}\n  match_metric_type: observer\n"),
            "4:12: invalid label key: quantile, a summary uses"},
        Row{with("  labels: {quantile: x}\n  observer_type: summary\n"),
            "4:12: invalid label key: quantile, a summary uses"},
        Row{with("  labels: {le: x}\n  observer_type: histogram\n"),
            "4:12: invalid label key: le, a histogram uses"},
        Row{"defaults: {observer_type: histogram}\n" +
                with("  labels: {le: x}\n  match_metric_type: observer\n"),
            "5:12: invalid label key: le, a histogram uses"},
        Row{"mappings:\n- match: a\n", "2:3: metric mapping didn't set a metric name, "},
        Row{"mappings:\n- match: a\n  name: ''\n", "3:9: metric mapping didn't set a metric name"},
        Row{"mappings:\n- match: a\n  name: ~\n", "2:3: metric mapping didn't set a metric name"},
        Row{"mappings:\n- match: a\n  name: n\n-\n",
            "5:1: metric mapping didn't set a metric name, give it a `match` and a `name`"},
        Row{"mappings: [~]\n", "1:12: metric mapping didn't set a metric name"},
        Row{"mappings:\n- {match: a, name: x.y}\n",
            "2:20: metric name 'x.y' doesn't match regex "
            R"('^([a-zA-Z_]|(\$\{?\d+\}?))([a-zA-Z0-9_]|(\$\{?\d+\}?))*$', use letters)"},
        Row{"mappings:\n- {match: a, name: 0x}\n", "2:20: metric name '0x' doesn't match regex"},
        Row{"mappings:\n- {match: a, name: a:b}\n", "2:20: metric name 'a:b' doesn't match regex"},
        Row{"mappings:\n- {match: a, name: a$x}\n", "2:20: metric name 'a$x' doesn't match regex"},
        Row{"mappings:\n- {match: a, name: \"a\\n\"}\n",
            "2:20: metric name 'a\\n' doesn't match regex"},
        Row{"mappings:\n- {name: n}\n", "2:3: invalid match: , write segments"},
        Row{"mappings:\n- {match: '', name: n}\n", "2:11: invalid match: , write segments"},
        Row{"mappings:\n- {match: a..b, name: n}\n", "2:11: invalid match: a..b, "},
        Row{"mappings:\n- {match: a., name: n}\n", "2:11: invalid match: a., "},
        Row{"mappings:\n- {match: .a, name: n}\n", "2:11: invalid match: .a, "},
        Row{"mappings:\n- {match: 'a b', name: n}\n", "2:11: invalid match: a b, "},
        Row{"mappings:\n- {match: \xC3\xA9, name: n}\n", "2:11: invalid match: \xC3\xA9, "},
        Row{"mappings:\n- {match: '(a', name: n, match_type: regex}\n",
            "2:11: invalid regex (a in mapping: missing ): (a, write it in RE2 syntax"},
        Row{"mappings:\n- {match: 'a(?=b)', name: n, match_type: regex}\n",
            "2:11: invalid regex a(?=b) in mapping: "},
        Row{"mappings:\n- {match: 'a(?<!b)', name: n, match_type: regex}\n",
            "2:11: invalid regex a(?<!b) in mapping: "},
        Row{with("  observer_type: histogram\n  summary_options: {}\n"),
            "5:20: cannot use histogram observer and summary options at the same time"},
        Row{with("  summary_options: {}\n  observer_type: histogram\n"),
            "4:20: cannot use histogram observer and summary options at the same time"},
        Row{"defaults: {observer_type: histogram}\n" + with("  summary_options: {}\n"),
            "5:20: cannot use histogram observer and summary options at the same time"},
        Row{with("  observer_type: summary\n  histogram_options: {}\n"),
            "5:22: cannot use summary observer and histogram options at the same time"}));

INSTANTIATE_TEST_SUITE_P(
    Wildcards, FileFault,
    testing::Values(
        Row{"mappings:\n- {match: '**', name: n}\n",
            "2:11: invalid match: **, `**` cannot come first, put a word or `*` before it"},
        Row{"mappings:\n- {match: '**.a', name: n}\n",
            "2:11: invalid match: **.a, `**` cannot come"},
        Row{"mappings:\n- {match: a.**.*.b.**, name: n}\n",
            "2:11: invalid match: a.**.*.b.**, between two `**` there must be words, and nothing "
            "else, to tell where the first one ends, put a word there or use a regex"},
        Row{"mappings:\n- {match: a.**.**, name: n}\n",
            "2:11: invalid match: a.**.**, between two `**` there must be words"},
        Row{"mappings:\n- {match: a.**.b.**.c.**, name: n}\n",
            "2:11: invalid match: a.**.b.**.c.**, a glob can have two `**`, write `*` for single "
            "segments"},
        Row{"mappings:\n- {match: a.***, name: n}\n",
            "2:11: invalid match: a.***, `**` stands alone between dots, write one `*` for a part "
            "of a segment"},
        Row{"mappings:\n- {match: a.b**, name: n}\n",
            "2:11: invalid match: a.b**, `**` stands alone"},
        Row{"mappings:\n- {match: a.**b, name: n}\n",
            "2:11: invalid match: a.**b, `**` stands alone"},
        Row{"mappings:\n- {match: a.*b*, name: n}\n",
            "2:11: invalid match: a.*b*, a segment can have one `*`, use a regex for more"},
        Row{"mappings:\n- {match: 'a.é*', name: n}\n",
            "2:11: invalid match: a.é*, write segments"}));

INSTANTIATE_TEST_SUITE_P(
    MatchTags, FileFault,
    testing::Values(
        Row{with("  match_tags: [env]\n"), "4:15: match_tags must be a map, not a list"},
        Row{with("  match_tags: env\n"), "4:15: match_tags must be a map, not `env`"},
        Row{with("  match_tags: {env: 'a*b*'}\n"),
            "4:21: invalid pattern in match_tags: a*b*, use one `*`, which covers any run of "
            "characters"},
        Row{with("  match_tags: {env: '**'}\n"), "4:21: invalid pattern in match_tags: **, "},
        Row{with("  match_tags: {'': x}\n"), "4:16: a key of match_tags is empty, name the tag"},
        Row{with("  match_tags: {env: }\n"),
            "4:16: match_tags does not say what \"env\" must be, write the value, or \"*\" for "
            "any"},
        Row{with("  match_tags: {env: ''}\n"),
            "4:21: invalid pattern in match_tags: \"\", no tag has an empty value, write the "
            "value, or \"*\" for any"},
        Row{with("  match_tags: {env: [live]}\n"), "4:21: found a list, write a single value"},
        Row{with("  match_tags: {env: a, env: b}\n"),
            "4:24: key \"env\" is already set in this map"}));

// Difference Q7.
INSTANTIATE_TEST_SUITE_P(
    Options, FileFault,
    testing::Values(
        Row{with("  histogram_options: {buckets: [1, 3, 2]}\n"), "4:39: bucket 2 comes after 3"},
        Row{with("  histogram_options: {buckets: [1, 1]}\n"), "4:36: bucket 1 comes after 1"},
        Row{with("  histogram_options: {buckets: [1, .nan]}\n"), "4:36: bucket nan is no upper"},
        Row{with("  histogram_options: {buckets: [-.inf, 1]}\n"), "4:33: bucket -inf is no upper"},
        Row{with("  histogram_options: {buckets: [.inf, 1]}\n"),
            "4:33: bucket +Inf is not the last"},
        Row{with("  histogram_options: {buckets: [1, .inf, .inf]}\n"), "4:36: bucket +Inf is not"},
        Row{with("  histogram_options: {buckets: [1, ~]}\n"), "4:36: a bucket is empty"},
        Row{with("  histogram_options: {buckets: ['1']}\n"), "4:33: found the string \"1\""},
        Row{with("  histogram_options: {buckets: 1}\n"), "4:32: buckets must be a list, not `1`"},
        Row{with("  histogram_options: {native_histogram_bucket_factor: .nan}\n"),
            "4:55: the factor is not finite"},
        Row{"defaults: {histogram_options: {buckets: [2, 1]}}\n", "1:45: bucket 1 comes after 2"},
        Row{with("  buckets: [2, 1]\n"), "4:16: bucket 1 comes after 2"},
        Row{with("  summary_options: {max_age: -1s}\n"), "4:30: max_age `-1s` is negative"},
        Row{"defaults: {summary_options: {max_age: -1s}}\n", "1:39: max_age `-1s` is negative"},
        Row{with("  summary_options: {max_age: 4ns}\n"),
            "4:20: max_age of 4ns is too short for 5 age buckets"},
        Row{with("  summary_options: {age_buckets: 1001}\n"), "4:34: 1001 is more than 1000"},
        Row{with("  summary_options: {buf_cap: 1000001}\n"), "4:30: 1000001 is more than 1000000"},
        Row{with("  summary_options: {quantiles: [{quantile: 1.1}]}\n"),
            "4:44: quantile 1.1 is not between 0 and 1"},
        Row{with("  summary_options: {quantiles: [{quantile: -0.1}]}\n"),
            "4:44: quantile -0.1 is not between 0 and 1"},
        Row{with("  summary_options: {quantiles: [{quantile: .nan}]}\n"),
            "4:44: quantile nan is not between 0 and 1"},
        Row{with("  summary_options: {quantiles: [{error: 2}]}\n"),
            "4:41: error 2 is not between 0 and 1"},
        Row{with("  summary_options: {quantiles: [{error: .nan}]}\n"),
            "4:41: error nan is not between 0 and 1"},
        Row{with("  quantiles: [{quantile: 95}]\n"), "4:26: quantile 95 is not between 0 and 1"},
        Row{with("  quantiles: [0.5]\n"), "4:15: an item of quantiles must be a map, not `0.5`"}));

TEST(FileFaultBounds, CoverTheLengthOfLists) {
  std::string buckets = "[";
  for (int i = 0; i < 1001; ++i) buckets += std::to_string(i) + ", ";
  std::string quantiles = "[";
  for (int i = 0; i < 101; ++i) quantiles += "{}, ";
  std::string labels = "{";
  for (int i = 0; i < 1001; ++i) labels += "l" + std::to_string(i) + ": x, ";

  EXPECT_NE(error_of(with("  buckets: " + buckets + "]\n")).find("more than 1000 in one list"),
            std::string::npos);
  EXPECT_NE(error_of(with("  quantiles: " + quantiles + "]\n")).find("more than 100 in one list"),
            std::string::npos);
  EXPECT_NE(error_of(with("  labels: " + labels + "}\n")).find("more than 1000 labels"),
            std::string::npos);
}

TEST(FileFaultBounds, CoverTheSegmentsOfAGlob) {
  std::string longest = "a";
  for (int i = 1; i < 128; ++i) longest += ".a";

  EXPECT_EQ(error_of("mappings:\n- {match: " + longest + ", name: n}\n"), "");
  EXPECT_NE(error_of("mappings:\n- {match: " + longest + ".a, name: n}\n").find("at most 128"),
            std::string::npos);
}

TEST(FileFaultBounds, CoverTheNumberOfRules) {
  std::string text = "mappings: [";
  for (int i = 0; i <= 100'000; ++i) text += "~,";

  EXPECT_NE(error_of(text + "]").find("more than 100000 mappings"), std::string::npos);
}

TEST(FileFaultBounds, CoverTheTextThatMessagesShow) {
  const std::string name(10'000, '-');

  EXPECT_LT(error_of("mappings:\n- {match: a, name: '" + name + "'}\n").size(), 1'000);
}

}  // namespace
}  // namespace weir::rulefile
