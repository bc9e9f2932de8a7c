// SPDX-License-Identifier: Apache-2.0
#include "weir/rulefile/diagnostics.h"

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using Row = ErrorRow;

class FileHint : public testing::TestWithParam<Row> {};

TEST_P(FileHint, SaysWhatWasMeant) {
  const auto error = error_of(GetParam().text);

  EXPECT_TRUE(error.starts_with("m.yml:" + GetParam().expected)) << GetParam().text << "\n"
                                                                 << error;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, FileHint,
    testing::Values(
        Row{"buckets: [1]\n",
            "1:1: unknown key \"buckets\" in the file, indent it under `defaults:`"},
        Row{"timer_type: x\n",
            "1:1: unknown key \"timer_type\" in the file, indent it under `defaults:`"},
        Row{"match: a\n",
            "1:1: unknown key \"match\" in the file, it belongs to an item of `mappings:`"},
        Row{"defaults: {labels: {a: b}}\n",
            "1:12: unknown key \"labels\" in defaults, it belongs to an item of `mappings:`"},
        Row{with("  type: counter\n"),
            "4:3: unknown key \"type\" in a mapping, did you mean \"match_metric_type\"?"},
        Row{with("  type: regex\n"),
            "4:3: unknown key \"type\" in a mapping, did you mean \"match_type\"?"},
        Row{with("  type: histogram\n"),
            "4:3: unknown key \"type\" in a mapping, did you mean \"observer_type\"?"},
        Row{with("  tags: {x: y}\n"),
            "4:3: unknown key \"tags\" in a mapping, did you mean \"labels\"?"},
        Row{with("  metric_type: gauge\n"),
            "4:3: unknown key \"metric_type\" in a mapping, did you mean \"match_metric_type\"?"},
        Row{with("  regex: a\n"),
            "4:3: unknown key \"regex\" in a mapping, write the pattern as `match`, and "
            "`match_type: regex`"},
        Row{with("  max_age: 1m\n"),
            "4:3: unknown key \"max_age\" in a mapping, indent it under `summary_options:`"},
        Row{with("  summary_options: {buckets: [1]}\n"),
            "4:21: unknown key \"buckets\" in summary_options, it belongs under "
            "`histogram_options:`"},
        Row{with("  labels:\n  host: $1\n"),
            "5:3: unknown key \"host\" in a mapping, if it is a label, indent it under `labels:`"},
        Row{with("  labels: {a: b}\n  cluster: $1\n"),
            "5:3: unknown key \"cluster\" in a mapping, if it is a label, indent it under "
            "`labels:`"},
        Row{with("  labels: {a: b}\n  actoin: drop\n"),
            "5:3: unknown key \"actoin\" in a mapping, did you mean \"action\"?"},
        Row{"mappings:\n- {match: '^a\\.(.*)$', name: n}\n",
            "2:11: invalid match: ^a\\.(.*)$, this looks like a regex, give the mapping "
            "`match_type: regex`"},
        Row{"mappings:\n- match: \"^a\\.(\\d+)\"\n  name: n\n",
            "2:13: yaml: `\\.` is no escape that double quotes know, write a regex in single "
            "quotes, which leave backslashes alone"},
        Row{"mappings:\n- {match: \"aé\\\\.\\d\", name: n}\n", "2:18: yaml: `\\d` is no escape"}));

INSTANTIATE_TEST_SUITE_P(
    WrongFiles, FileHint,
    testing::Values(
        Row{"# old\n\ntest.dispatcher.*.*.*\nname=\"events_total\"\nprocessor=\"$1\"\n",
            "3:1: this is the text form of mapping files that statsd_exporter read before 0.5, "
            "write "
            "each block as an item of a YAML list"},
        Row{"*.signup.*\nname = \"x\"\n", "1:1: this is the text form of"},
        Row{"- match: a\n  name: b\n",
            "1:1: this is a list of mappings, put a line `mappings:` before it"},
        Row{"apiVersion: v1\nkind: ConfigMap\ndata:\n  m.yml: |\n    mappings:\n    - match: a\n",
            "1:1: this is a Kubernetes ConfigMap, not a mapping file, take the mapping out of it, "
            "which is at data.m.yml on line 4"},
        Row{"apiVersion: v1\nkind: Service\nmetadata: {}\n",
            "1:1: this is a Kubernetes Service, not a mapping file, give a file that begins with "
            "`mappings:`"},
        Row{"statsd:\n  enabled: true\n  extraMappings:\n  - match: a\n    name: b\n",
            "1:1: this looks like the values of a Helm chart, not a mapping file, take the mapping "
            "out of it, which is at statsd.extraMappings on line 3"},
        Row{"exporters:\n- mapping:\n    mappings:\n    - match: a\n",
            "1:1: this looks like the values of a Helm chart, not a mapping file, take the mapping "
            "out of it, which is at exporters[0].mapping on line 2"}));

TEST(FileFaults, AreReportedAllAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(errors_of("mappings:\n"
                      "- {match: a..b, name: n}\n"
                      "- {match: a, name: n, scale: x, ttl: 1d}\n"
                      "- {match: b, match: c, name: 1, labels: {0a: x, __b: y}}\n"
                      "defaults: {ttl: -1s}\n")
                .size(),
            8);
  const auto errors = errors_of(with("  x: 1\n- name: m\n") + "defaults: {ttl: y}\n");

  ASSERT_EQ(errors.size(), 3);
  EXPECT_TRUE(errors[0].starts_with("m.yml:4:3: unknown key \"x\""));
  EXPECT_TRUE(errors[1].starts_with("m.yml:5:3: invalid match"));
  EXPECT_TRUE(errors[2].starts_with("m.yml:6:17: found `y`"));
}

TEST(FileFaults, StopAtWhatIsNoYaml) {
  const auto errors = errors_of("mappings:\n- {match: a, match: b}\n- \"x\n");

  ASSERT_EQ(errors.size(), 2);
  EXPECT_TRUE(errors[0].starts_with("m.yml:2:14: key \"match\" is already set"));
  EXPECT_TRUE(errors[1].starts_with("m.yml:3:"));
}

// What is wrong in one place shows in no other.
TEST(FileFaults, HaveNoEchoes) {
  // A rule lacks what was misspelt.
  EXPECT_EQ(errors_of("mappings:\n- {mtch: a, nmae: n}\n").size(), 2);
  EXPECT_EQ(errors_of("mappings:\n- {match: [a], name: [n]}\n").size(), 2);
  EXPECT_EQ(errors_of("mappings:\n- \n").size(), 1);
  EXPECT_EQ(errors_of("mappings:\n- {match: a, match: '(', name: n}\n").size(), 1);
  // What rules would inherit is not known.
  const std::string regex = "mappings:\n- {match: '^a(b|c)', name: n, observer_type: histogram}\n";
  EXPECT_EQ(errors_of(regex + "defaults: {mach_type: regex}\n").size(), 1);
  EXPECT_EQ(errors_of(regex + "defaults: {match_type: regx}\n").size(), 1);
  EXPECT_EQ(errors_of(regex + "default: {match_type: regex}\n").size(), 1);
  EXPECT_EQ(errors_of(regex + "defaults: {match_type: regex, ttl: x}\n").size(), 1);
  EXPECT_EQ(errors_of("defaults: {summary_options: {max_age: 4ns}}\nmappings:\n"
                      "- {match: a, name: n}\n- {match: b, name: n}\n")
                .size(),
            1);
  // But what they say themselves is checked.
  EXPECT_EQ(errors_of("defaults: {x: 1}\nmappings:\n- {match: '^a', name: n.m}\n").size(), 2);
  EXPECT_EQ(
      errors_of("defaults: {x: 1}\nmappings:\n- {match: '^a', match_type: glob, name: n}\n").size(),
      2);
  // One place that aliases lead to is reported once.
  EXPECT_EQ(errors_of("mappings:\n- &a {match: a, name: n, ttl: 1d}\n- *a\n- {<<: *a}\n").size(),
            1);
}

TEST(FileFaults, AreReportedUpToABound) {
  std::string text = "mappings:\n";
  for (int i = 0; i < 53; ++i) text += "- {match: a, name: n, x: 1}\n";

  const auto errors = errors_of(text);

  ASSERT_EQ(errors.size(), 51);
  EXPECT_TRUE(errors[0].starts_with("m.yml:2:23: "));
  EXPECT_TRUE(errors[49].starts_with("m.yml:51:23: "));
  EXPECT_EQ(errors[50], "m.yml: 3 more errors are not shown, fix these first");
}

TEST(FileFaults, SayWhatTheyAreAbout) {
  try {
    load("mappings:\n- {match: a, name: n, ttl: 1d, x: 1}\n");
    FAIL();
  } catch (const ConfigError& error) {
    ASSERT_EQ(error.errors().size(), 2);
    const auto& first = error.errors()[0];
    EXPECT_EQ(first.severity, Severity::Error);
    EXPECT_EQ(first.kind, DiagnosticKind::InvalidValue);
    EXPECT_EQ(first.file, "m.yml");
    EXPECT_EQ(first.line, 2);
    EXPECT_EQ(first.column, 28);
    EXPECT_EQ(error.errors()[1].kind, DiagnosticKind::UnknownKey);
    EXPECT_EQ(error.errors()[1].message, "unknown key \"x\" in a mapping");
    EXPECT_EQ(error.what(), text_of(first));
  }
}

}  // namespace
}  // namespace weir::rulefile
