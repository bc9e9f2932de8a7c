// SPDX-License-Identifier: Apache-2.0
#include "lint/catalogue_chapters.h"

// Of `$1` in names and labels, and of what it refers to.
namespace weir::lint {

namespace {

constexpr auto kReferenceKinds = std::to_array<Kind>({
    {"capture-missing", Severity::Error, "A reference to a capture that the pattern does not have",
     "The reference is always empty. A label without a value is no label, and a name lacks a part "
     "of itself.",
     "Refer to a capture that is there, or put another `*` or group into the pattern.",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels:\n    page: $1\n    "
     "code: $2\n",
     "mappings:\n- match: web.*.requests.*\n  name: web_requests_total\n  labels:\n    page: $1\n  "
     "  code: $2\n"},
    {"reference-unbraced", Severity::Error, "A reference that goes on into the text after it",
     "`$1_x` is one reference, to a capture of the name `1_x`, and is always empty.",
     "Write `${1}_x`.",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels: {page: "
     "\"$1_page\"}\n",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels: {page: "
     "\"${1}_page\"}\n"},
    {"reference-two-digits", Severity::Note, "`$10` without braces",
     "weir reads the tenth capture. statsd_exporter reads the first one and a `0` when the text "
     "has a `$1` before it.",
     "Write `${10}`.",
     "mappings:\n- match: a.*.*.*.*.*.*.*.*.*.*\n  name: a_total\n  labels: {k1: "
     "$1-$2-$3-$4-$5, k2: $6-$7-$8-$9, k3: $10}\n",
     "mappings:\n- match: a.*.*.*.*.*.*.*.*.*.*\n  name: a_total\n  labels: {k1: "
     "$1-$2-$3-$4-$5, k2: $6-$7-$8-$9, k3: \"${10}\"}\n"},
    {"template-differs", Severity::Note, "A text that statsd_exporter fills otherwise",
     "In globs statsd_exporter takes `$1$2` for one name, which is empty, and a `%` beside a "
     "reference for the begin of a format. weir takes both as they are written.",
     "Write `${1}${2}`, and leave `%` out.",
     "mappings:\n- match: web.*.*\n  name: web_total\n  labels: {what: $1$2}\n",
     "mappings:\n- match: web.*.*\n  name: web_total\n  labels: {what: \"${1}${2}\"}\n"},
    {"capture-unused", Severity::Note, "A capture that nothing refers to",
     "Names that differ there become one series: counters are added up, gauges overwrite each "
     "other.",
     "Put it into a label, or write `(?:...)` for a group that only groups.",
     "mappings:\n- match: web.*.*.requests\n  name: web_requests_total\n  labels: {page: $2}\n",
     "mappings:\n- match: ^web\\.(?:cart|shop)\\.(\\w+)$\n  match_type: regex\n  name: "
     "web_requests_total\n  labels: {page: $1}\n"},
    {"capture-in-name", Severity::Note, "A capture in the name of the metric",
     "Each value makes a metric of its own, which cannot be summed over or compared in one query, "
     "and senders decide what metrics there are.",
     "Put the capture into a label.",
     "mappings:\n- match: web.*.requests\n  name: web_${1}_requests_total\n",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels: {page: $1}\n"},
});

}  // namespace

Chapter reference_chapter() { return {"Captures and references", kReferenceKinds}; }

}  // namespace weir::lint
