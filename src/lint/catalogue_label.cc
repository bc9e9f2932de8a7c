// SPDX-License-Identifier: Apache-2.0
#include "lint/catalogue_chapters.h"

namespace weir::lint {

namespace {

constexpr auto kLabelKinds = std::to_array<Kind>({
    {"label-invalid", Severity::Error, "A label name that Prometheus refuses",
     "Label names are letters, digits and `_`, no digit first, and those that begin with `__` are "
     "Prometheus' own. A rule that says that it makes histograms cannot have `le`, one for "
     "summaries not `quantile`.",
     "Rename it.",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels: {page-name: $1}\n",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels: {page_name: "
     "$1}\n"},
    {"label-reserved", Severity::Warning, "A label that timers of the rule cannot have",
     "Summaries need `quantile` for themselves and histograms `le`, so timers that reach this rule "
     "are dropped.",
     "Rename the label, or say by `match_metric_type` that the rule is not for timers.",
     "mappings:\n- match: web.*.rank\n  name: web_rank\n  labels: {quantile: $1}\n",
     "mappings:\n- match: web.*.rank\n  match_metric_type: gauge\n  name: web_rank\n  labels: "
     "{quantile: $1}\n"},
    {"label-target", Severity::Warning, "A label `job` or `instance`",
     "Prometheus gives every series these labels itself. With what is scraped it renames this one "
     "to `exported_job` or `exported_instance`, unless `honor_labels` is set in the scrape "
     "configuration, and then its own are lost.",
     "Name it for what it is: `worker_job`, `host`.",
     "mappings:\n- match: batch.*.runs\n  name: batch_runs_total\n  labels: {job: $1}\n",
     "mappings:\n- match: batch.*.runs\n  name: batch_runs_total\n  labels: {batch_job: $1}\n"},
    {"label-unbounded", Severity::Warning, "A label whose values never end",
     "Each value is a series, in weir and in Prometheus, where it stays for as long as data is "
     "kept. Ids of users, requests or sessions, addresses and times bring new values all the time.",
     "Leave the label out, or bound it with `max_series` and `ttl`.",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels: {user_id: $1}\n",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels: {user_id: $1}\n  "
     "max_series: 1000\n"},
    {"label-empty", Severity::Warning, "A label without a value",
     "Prometheus does not tell an empty label from one that is not there.",
     "Give it a value, or remove it.",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  labels: {page: \"\"}\n",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  labels: {page: all}\n"},
    {"honor-labels-unused", Severity::Note, "`honor_labels` of a rule without labels",
     "The key says that tags win over the rule's labels, and the rule has none.",
     "Remove the key. It has nothing to do with `honor_labels` of a scrape configuration.",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  honor_labels: true\n",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n  honor_labels: true\n  "
     "labels: {page: all}\n"},
});

}  // namespace

Chapter label_chapter() { return {"Labels", kLabelKinds}; }

}  // namespace weir::lint
