// SPDX-License-Identifier: Apache-2.0
#include "lint/catalogue_chapters.h"

// Of types, buckets, scales and times.
namespace weir::lint {

namespace {

constexpr auto kValueKinds = std::to_array<Kind>({
    {"buckets-milliseconds", Severity::Warning, "Buckets that are surely meant in milliseconds",
     "weir makes seconds of what timers send, as statsd_exporter does. With 100 for the smallest "
     "bucket everything below 100 seconds is in one. Only `|h` and `|d` stay as they are sent.",
     "Write the buckets in seconds.",
     "mappings:\n- match: web.latency\n  name: web_latency_seconds\n  observer_type: histogram\n  "
     "histogram_options: {buckets: [100, 250, 500, 1000]}\n",
     "mappings:\n- match: web.latency\n  name: web_latency_seconds\n  observer_type: histogram\n  "
     "histogram_options: {buckets: [0.1, 0.25, 0.5, 1]}\n"},
    {"buckets-unit", Severity::Warning, "Buckets of seconds for bytes",
     "The name says bytes, and the largest bucket is so small that all values are above it. The "
     "default buckets, 0.005 to 10, are for seconds.",
     "Give the rule buckets that fit.",
     "mappings:\n- match: web.size\n  name: web_answer_bytes\n  observer_type: histogram\n",
     "mappings:\n- match: web.size\n  name: web_answer_bytes\n  observer_type: histogram\n  "
     "histogram_options: {buckets: [1000, 10000, 100000, 1000000]}\n"},
    {"buckets-ignored", Severity::Warning, "Buckets without a histogram",
     "Timers become summaries where neither the rule nor `defaults` says `observer_type`. Buckets "
     "do not change that, and nothing uses them.",
     "Add `observer_type: histogram`, or remove `histogram_options`.",
     "mappings:\n- match: web.latency\n  name: web_latency_seconds\n  histogram_options: "
     "{buckets: [0.1, 1, 10]}\n",
     "mappings:\n- match: web.latency\n  name: web_latency_seconds\n  observer_type: histogram\n  "
     "histogram_options: {buckets: [0.1, 1, 10]}\n"},
    {"quantiles-ignored", Severity::Warning, "Quantiles without a summary",
     "`defaults` has quantiles, and every rule and what no rule matches makes histograms.",
     "Remove the quantiles, or set `observer_type` to summary or both.",
     "defaults:\n  observer_type: histogram\n  summary_options: {quantiles: [{quantile: 0.9, "
     "error: 0.01}]}\nmappings:\n- match: web.latency\n  name: web_latency_seconds\n",
     "defaults:\n  observer_type: histogram\n  summary_options: {quantiles: [{quantile: 0.9, "
     "error: 0.01}]}\nmappings:\n- match: web.latency\n  name: web_latency_seconds\n  "
     "observer_type: summary\n"},
    {"options-without-timers", Severity::Note, "Options for timers on a rule that takes none",
     "`observer_type`, `summary_options` and `histogram_options` are for timers, histograms and "
     "distributions, and `match_metric_type` keeps these from the rule.",
     "Remove them, or the `match_metric_type`.",
     "mappings:\n- match: web.requests\n  match_metric_type: counter\n  name: "
     "web_requests_total\n  observer_type: histogram\n",
     "mappings:\n- match: web.latency\n  match_metric_type: observer\n  name: "
     "web_latency_seconds\n  observer_type: histogram\n"},
    {"ttl-short", Severity::Warning, "Series that leave before Prometheus has seen them",
     "A series that is sent nothing for this long leaves the page. Prometheus scrapes every 15 to "
     "60 seconds, so values are lost, and counters begin at 0 again and again.",
     "Write several scrape intervals at least: `5m`, `1h`.",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  ttl: 5s\n",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  ttl: 5m\n"},
    {"scale-zero", Severity::Warning, "A scale of 0", "Every value is multiplied by it, and is 0.",
     "Write a factor, or leave the key out.",
     "mappings:\n- match: disk.used\n  name: disk_used_bytes\n  scale: 0\n",
     "mappings:\n- match: disk.used\n  name: disk_used_bytes\n  scale: 1024\n"},
    {"scale-after-seconds", Severity::Note, "Timers that are scaled from milliseconds",
     "Timers are in seconds before `scale` is applied, so 0.001 makes them a thousand times too "
     "small. It is right where clients send microseconds, or `|h` and `|d` in milliseconds.",
     "Remove it, or say `unit: us` for timers in microseconds.",
     "mappings:\n- match: web.latency\n  match_metric_type: observer\n  name: "
     "web_latency_seconds\n  scale: 0.001\n",
     "mappings:\n- match: web.latency\n  match_metric_type: gauge\n  name: web_latency_seconds\n  "
     "scale: 0.001\n"},
});

}  // namespace

Chapter value_chapter() { return {"Types and values", kValueKinds}; }

}  // namespace weir::lint
