// SPDX-License-Identifier: Apache-2.0
#include "lint/catalogue_chapters.h"

namespace weir::lint {

namespace {

constexpr auto kNameKinds = std::to_array<Kind>({
    {"name-invalid", Severity::Error, "A name that Prometheus refuses, or none",
     "Names are letters, digits, `_` and references, and no digit first. A rule with `action: "
     "drop` needs a name too.",
     "Write `_` for other characters, or run weir with `--metrics.name-validation=utf8`.",
     "mappings:\n- match: web.requests\n  name: web.requests-total\n",
     "mappings:\n- match: web.requests-total\n  name: web_requests_total\n"},
    {"name-other-type", Severity::Error, "One name for two types",
     "A metric is a counter, a gauge, a histogram or a summary. What arrives first decides, and "
     "the samples of the other rule are conflicts, which are dropped.",
     "Give one of them another name.",
     "mappings:\n- match: web.load\n  match_metric_type: gauge\n  name: web_load\n- match: "
     "api.load\n  match_metric_type: counter\n  name: web_load\n",
     "mappings:\n- match: web.load\n  match_metric_type: gauge\n  name: load\n  labels: {part: "
     "web}\n- match: api.load\n  match_metric_type: gauge\n  name: load\n  labels: {part: api}\n"},
    {"name-other-help", Severity::Warning, "One name with two help texts",
     "A metric has one help text: that of the rule whose sample arrives first.",
     "Give both the same.",
     "mappings:\n- match: web.get\n  name: requests_total\n  help: Pages read.\n  labels: "
     "{method: get}\n- match: web.post\n  name: requests_total\n  help: Forms sent.\n  labels: "
     "{method: post}\n",
     "mappings:\n- match: web.get\n  name: requests_total\n  help: Requests.\n  labels: {method: "
     "get}\n- match: web.post\n  name: requests_total\n  labels: {method: post}\n"},
    {"name-other-options", Severity::Warning, "One name with two sets of buckets or quantiles",
     "A metric has one set: that of the rule whose sample arrives first. Sums over rows with other "
     "buckets mean nothing.",
     "Give both the same, best in `defaults`.",
     "mappings:\n- match: web.get\n  name: latency_seconds\n  observer_type: histogram\n  "
     "histogram_options: {buckets: [0.1, 1]}\n  labels: {method: get}\n- match: web.post\n  name: "
     "latency_seconds\n  observer_type: histogram\n  labels: {method: post}\n",
     "defaults:\n  histogram_options: {buckets: [0.1, 1]}\nmappings:\n- match: web.get\n  name: "
     "latency_seconds\n  observer_type: histogram\n  labels: {method: get}\n- match: web.post\n  "
     "name: latency_seconds\n  observer_type: histogram\n  labels: {method: post}\n"},
    {"name-other-labels", Severity::Note, "One name with other labels",
     "Prometheus takes it, but `sum by` and joins over such a metric leave series out, or put them "
     "under an empty label.",
     "Give each rule of the name the same labels, or another name.",
     "mappings:\n- match: web.*.errors\n  name: errors_total\n  labels: {page: $1}\n- match: "
     "db.*.errors\n  name: errors_total\n  labels: {table: $1}\n",
     "mappings:\n- match: web.*.errors\n  name: errors_total\n  labels: {part: web, what: $1}\n- "
     "match: db.*.errors\n  name: errors_total\n  labels: {part: db, what: $1}\n"},
    {"name-published-twice", Severity::Warning, "A name that `publish` of another rule makes too",
     "`publish: [max]` makes a gauge with `_max` at the end of the name. What arrives first has "
     "the "
     "name.",
     "Rename one of them.",
     "mappings:\n- match: web.latency\n  match_metric_type: observer\n  name: latency\n  publish: "
     "[max]\n- match: web.latency_max\n  name: latency_max\n",
     "mappings:\n- match: web.latency\n  match_metric_type: observer\n  name: latency\n  publish: "
     "[min]\n- match: web.latency_max\n  name: latency_max\n"},
    {"name-suffix-clash", Severity::Warning, "A name that a histogram or summary needs",
     "A histogram or summary `x` writes `x_count` and `x_sum`, a histogram `x_bucket` too. A "
     "metric "
     "of such a name conflicts with it, and what arrives second is dropped.",
     "Rename one of them; the count is there without a rule.",
     "mappings:\n- match: web.latency\n  match_metric_type: observer\n  name: web_latency\n- "
     "match: web.latency.count\n  name: web_latency_count\n",
     "mappings:\n- match: web.latency\n  match_metric_type: observer\n  name: "
     "web_latency_seconds\n- match: web.latency.slow\n  name: web_latency_slow_total\n"},
    {"name-suffix-reserved", Severity::Note, "A name that ends in `_count`, `_sum` or `_bucket`",
     "Prometheus writes these ends for histograms and summaries, and people read them so. A "
     "histogram of such a name has `x_count_count`.",
     "End counters in `_total`, and leave the end out for others.",
     "mappings:\n- match: web.requests\n  name: web_requests_count\n",
     "mappings:\n- match: web.requests\n  name: web_requests_counted\n"},
    {"name-milliseconds", Severity::Warning,
     "A name says milliseconds, and the value is in seconds",
     "weir makes seconds of what timers send, as statsd_exporter does. A name in `_ms` makes the "
     "reader wrong by a factor of a thousand. It is right only for `|h` and `|d`, which stay as "
     "they are sent.",
     "End the name in `_seconds`.",
     "mappings:\n- match: web.latency\n  match_metric_type: observer\n  name: web_latency_ms\n",
     "mappings:\n- match: web.latency\n  match_metric_type: observer\n  name: web_latency_ms\n  "
     "scale: 1000\n"},
    {"name-base-unit", Severity::Note, "A name in a unit that is no base unit",
     "Prometheus' names are in base units, seconds, bytes and ratios from 0 to 1, so that queries "
     "need not convert.",
     "Convert with `scale`, and name the base unit.",
     "mappings:\n- match: disk.used\n  match_metric_type: gauge\n  name: disk_used_megabytes\n",
     "mappings:\n- match: disk.used\n  match_metric_type: gauge\n  name: disk_used_bytes\n  scale: "
     "1000000\n"},
    {"counter-without-total", Severity::Note, "A counter whose name does not end in `_total`",
     "`_total` tells readers to take a `rate()`, and in OpenMetrics a counter without it is of an "
     "unknown type.",
     "End the name in `_total`.",
     "mappings:\n- match: web.requests\n  match_metric_type: counter\n  name: web_requests\n",
     "mappings:\n- match: web.requests\n  match_metric_type: counter\n  as: gauge\n  name: "
     "web_requests\n"},
    {"total-without-counter", Severity::Note, "A name in `_total` that is no counter",
     "Readers take a `rate()` of what ends in `_total`, which means nothing for a gauge or a "
     "timer.",
     "Leave the end out.",
     "mappings:\n- match: web.sessions\n  match_metric_type: gauge\n  name: web_sessions_total\n",
     "mappings:\n- match: web.sessions\n  match_metric_type: gauge\n  name: "
     "web_sessions_totals\n"},
    {"name-type-suffix", Severity::Note, "A name that ends in its type",
     "The type is on the page beside the name, and in queries the end says nothing.",
     "Leave it out: say what is measured, and the unit.",
     "mappings:\n- match: web.sessions\n  name: web_sessions_gauge\n",
     "mappings:\n- match: web.gauge.sessions\n  name: web_gauge_sessions\n"},
    {"not-snake-case", Severity::Note, "A name with capital letters",
     "Names of metrics and labels are in snake_case everywhere in Prometheus, and queries need the "
     "exact letters.",
     "Write small letters and `_` between words.",
     "mappings:\n- match: webRequests\n  name: webRequests_total\n",
     "mappings:\n- match: webRequests\n  name: web_requests_total\n"},
});

}  // namespace

Chapter name_chapter() { return {"Names of metrics", kNameKinds}; }

}  // namespace weir::lint
