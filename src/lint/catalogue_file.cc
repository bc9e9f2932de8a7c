// SPDX-License-Identifier: Apache-2.0
#include "lint/catalogue_chapters.h"

// Of the file as a whole, and of its keys.
namespace weir::lint {

namespace {

constexpr auto kFileKinds = std::to_array<Kind>({
    {"file-unreadable", Severity::Error, "The file is no text that YAML takes",
     "YAML takes UTF-8 without control characters. Such bytes come from an editor, a copy from a "
     "terminal or another encoding, and the daemon refuses the file.",
     "Save the file as UTF-8 and remove the character at this place.",
     "mappings:\n- match: a.\x01*\n  name: a_total\n",
     "mappings:\n- match: a.*\n  name: a_total\n  help: Größe\n  labels: {x: $1}\n"},
    {"yaml-syntax", Severity::Error, "The file is no YAML",
     "What is read up to this place does not go on as YAML does: a tab where spaces indent, a "
     "quote or bracket that does not end, a text that begins with `*` or `%`.",
     "Mend it at this place or on the line before; put patterns that begin with `*` in quotes.",
     "mappings:\n- match: *.requests\n  name: requests_total\n",
     "mappings:\n- match: \"*.requests\"\n  name: requests_total\n  labels: {host: $1}\n"},
    {"file-wrong", Severity::Error, "This is another kind of file",
     "The file is the values of a Helm chart, a Kubernetes object, a list of rules without its key "
     "or the text form that statsd_exporter read before 0.5.",
     "Give the mapping that is in it as a file of its own, which begins with `mappings:`.",
     "- match: web.requests\n  name: web_requests_total\n",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n"},
    {"key-unknown", Severity::Error, "A key that mapping files do not have",
     "Keys are checked by name, so that a key that is misspelled or in the wrong place is not "
     "ignored in silence.",
     "Write the key that the finding proposes, or indent it to where it belongs.",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  metric_type: counter\n",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  match_metric_type: "
     "counter\n"},
    {"key-repeated", Severity::Error, "A key that is there twice",
     "Of two keys of one name in one map only one could count, and YAML does not say which.",
     "Remove one; rules of their own begin with `-`.",
     "mappings:\n- match: a.requests\n  name: a_requests_total\n  match: b.requests\n",
     "mappings:\n- match: a.requests\n  name: a_requests_total\n- match: b.requests\n  name: "
     "b_requests_total\n"},
    {"value-invalid", Severity::Error, "A value that its key cannot have",
     "The value is of another type or out of range, or it contradicts another key of the rule.",
     "Write what the finding says.",
     "mappings:\n- match: web.latency\n  name: web_latency_seconds\n  observer_type: histgram\n",
     "mappings:\n- match: web.latency\n  name: web_latency_seconds\n  observer_type: histogram\n"},
    {"key-deprecated", Severity::Warning, "A key or value of older releases",
     "weir still takes it, with the meaning that it had. statsd_exporter 0.31 refuses the file, "
     "and a newer key beside it wins.",
     "Write the key that the finding names, or have `weir migrate` rewrite the file.",
     "defaults:\n  timer_type: histogram\nmappings: [{match: a.b, name: a_b_seconds}]\n",
     "defaults:\n  observer_type: histogram\nmappings: [{match: a.b, name: a_b_seconds}]\n"},
    {"duration-without-unit", Severity::Warning, "A duration without a unit is in nanoseconds",
     "`ttl: 300` is 300 nanoseconds, as in statsd_exporter: series vanish as soon as they are "
     "made.",
     "Write the unit: `300s` or `5m`.",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  ttl: 300\n",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  ttl: 300s\n"},
    {"document-ignored", Severity::Warning, "A second YAML document is not read",
     "After a line `---` or `...` another document begins, and only the first one is read, as in "
     "statsd_exporter.",
     "Put all rules under one `mappings:`.",
     "mappings:\n- {match: a.b, name: a_b_total}\n---\nmappings:\n- {match: a.c, name: "
     "a_c_total}\n",
     "---\nmappings:\n- {match: a.b, name: a_b_total}\n- {match: a.c, name: a_c_total}\n"},
    {"mappings-empty", Severity::Note, "The file has no rules",
     "Metrics keep the names that they are sent with, in Prometheus' characters. A file that is "
     "empty by accident looks the same.",
     "Add rules, or leave `--statsd.mapping-config` out.", "defaults:\n  ttl: 1h\nmappings: []\n",
     "defaults:\n  ttl: 1h\nmappings:\n- match: web.requests\n  name: web_requests_total\n"},
    {"extension-used", Severity::Note, "Something that only weir reads",
     "statsd_exporter refuses a file with this key, value or glob. That matters where both are to "
     "read it.",
     "Nothing, unless statsd_exporter reads the file too.",
     "mappings:\n- match: disk.**\n  name: disk_used_bytes\n  labels: {path: $1}\n",
     "mappings:\n- match: disk.*\n  name: disk_used_bytes\n  labels: {path: $1}\n"},
    {"ignore-unknown", Severity::Warning, "A comment ignores a finding that does not exist",
     "`# weir:ignore` takes ids of this page. With another nothing is ignored.",
     "Write an id of this page.",
     "mappings:\n- match: web.requests  # weir:ignore capture-mising\n  name: web_requests_total\n",
     "mappings:\n- match: web.requests\n  name: web_requests_$1  # weir:ignore capture-missing\n"},
    {"ignore-unused", Severity::Note, "A comment ignores a finding that is not there",
     "What it ignored has been mended, or is on another line: the comment holds for its own line, "
     "for the line below it, or, before everything else in the file, for the whole file.",
     "Remove the id from the comment, or move the comment.",
     "# weir:ignore label-target\nmappings:\n- match: web.requests\n  name: web_requests_total\n",
     "# weir:ignore label-target\nmappings:\n- match: web.*.requests\n  name: web_requests_total\n"
     "  labels: {job: $1}\n"},
});

}  // namespace

Chapter file_chapter() { return {"The file and its keys", kFileKinds}; }

}  // namespace weir::lint
