// SPDX-License-Identifier: Apache-2.0
#include "lint/catalogue_chapters.h"

// Of patterns, and of which rule goes first.
namespace weir::lint {

namespace {

constexpr auto kOrderKinds = std::to_array<Kind>({
    {"pattern-invalid", Severity::Error, "A `match` that is no glob or regex",
     "A glob is words of letters, digits, `_` and `-`, and wildcards, joined by dots; a regex is "
     "in RE2's syntax, without look-around and back-references.",
     "Write it so, or give the rule `match_type: regex` where it is a regex.",
     "mappings:\n- match: web.(get|post).requests\n  name: web_requests_total\n",
     "mappings:\n- match: ^web\\.(get|post)\\.requests$\n  match_type: regex\n  name: "
     "web_requests_total\n  labels: {method: $1}\n"},
    {"rule-shadowed", Severity::Error, "A rule that an earlier, wider one hides",
     "The first rule that matches wins, so a rule all of whose names an earlier one takes does "
     "nothing.",
     "Put the narrow rule before the wide one, or remove it.",
     "mappings:\n- match: web.*.requests\n  name: web_requests_total\n  labels: {page: $1}\n- "
     "match: web.cart.requests\n  name: cart_requests_total\n",
     "mappings:\n- match: web.cart.requests\n  name: cart_requests_total\n- match: "
     "web.*.requests\n  name: web_requests_total\n  labels: {page: $1}\n"},
    {"rule-repeated", Severity::Warning, "A rule with the pattern of an earlier one",
     "The first of two rules with one pattern and one type takes every sample; the second does "
     "nothing.",
     "Remove one, or give each a `match_metric_type` of its own.",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n- match: web.requests\n  "
     "name: requests_total\n",
     "mappings:\n- match: web.load\n  match_metric_type: counter\n  name: web_load_total\n- "
     "match: web.load\n  match_metric_type: gauge\n  name: web_load\n"},
    {"regex-shadowed", Severity::Error, "A regex that an earlier one hides",
     "Regexes are tried in the order of the file, and are searched for anywhere in the name unless "
     "they have anchors.",
     "Put the narrow regex before the wide one, or remove it.",
     "mappings:\n- match: cache\n  match_type: regex\n  name: cache_total\n- match: "
     "^web\\.cache\\.hits$\n  match_type: regex\n  name: cache_hits_total\n",
     "mappings:\n- match: ^cache\n  match_type: regex\n  name: cache_total\n- match: "
     "^web\\.cache\\.hits$\n  match_type: regex\n  name: cache_hits_total\n"},
    {"regex-behind-glob", Severity::Error, "A regex all of whose names a glob takes",
     "Globs go before regexes, wherever they are in the file, as in statsd_exporter. So this regex "
     "never gets a name.",
     "Write the regex as a glob, or the glob as a regex further down.",
     "mappings:\n- match: ^web\\.cart\\.requests$\n  match_type: regex\n  name: "
     "cart_requests_total\n- match: web.*.requests\n  name: web_requests_total\n  labels: {page: "
     "$1}\n",
     "mappings:\n- match: ^web\\.cart\\.requests\\.(.*)$\n  match_type: regex\n  name: "
     "cart_requests_total\n  labels: {code: $1}\n- match: web.*.requests\n  name: "
     "web_requests_total\n  labels: {page: $1}\n"},
    {"regex-mostly-behind-glob", Severity::Warning, "A regex most of whose names a glob takes",
     "Globs go before regexes, wherever they are in the file. Names that this regex was surely "
     "written for go to a glob; what it still gets is what the glob leaves.",
     "Write both as globs, the narrow one first, or both as regexes.",
     "mappings:\n- match: web\\.(\\w+)\\.requests$\n  match_type: regex\n  name: "
     "page_requests_total\n  labels: {page: $1}\n- match: web.*.requests\n  name: "
     "web_requests_total\n  labels: {page: $1}\n",
     "mappings:\n- match: web\\.(\\w+)\\.requests$\n  match_type: regex\n  name: "
     "page_requests_total\n  labels: {page: $1}\n- match: web.*.errors\n  name: "
     "web_errors_total\n  labels: {page: $1}\n"},
    {"glob-before-regex", Severity::Warning, "A glob wins over a regex that is before it",
     "By the order of the file the regex should take this glob's names, but globs go before "
     "regexes.",
     "Put the glob before the regex, so that the file reads as it works, or make it a regex too.",
     "mappings:\n- match: ^web\\.(.+)$\n  match_type: regex\n  name: web_total\n  labels: {what: "
     "$1}\n- match: web.*.errors\n  name: web_errors_total\n  labels: {page: $1}\n",
     "mappings:\n- match: web.*.errors\n  name: web_errors_total\n  labels: {page: $1}\n- match: "
     "^web\\.(.+)$\n  match_type: regex\n  name: web_total\n  labels: {what: $1}\n"},
    {"glob-unordered", Severity::Note, "The order of the file does not decide among globs",
     "With `glob_disable_ordering` the more specific glob wins, segment by segment from the left. "
     "statsd_exporter also misses names that such a file should match.",
     "Leave the key out and put narrow globs before wide ones; weir is as fast without it.",
     "defaults:\n  glob_disable_ordering: true\nmappings:\n- match: web.requests\n  name: "
     "web_requests_total\n",
     "defaults:\n  glob_disable_ordering: false\nmappings:\n- match: web.requests\n  name: "
     "web_requests_total\n"},
    {"dead-in-statsd-exporter", Severity::Note, "A glob that statsd_exporter never matches",
     "The glob is the beginning of an earlier, longer one, and statsd_exporter overlooks such "
     "globs. weir matches it, so its metric gets another name when a file moves.",
     "Nothing for weir. For both, put the shorter glob first.",
     "mappings:\n- match: web.cart.errors\n  name: cart_errors_total\n- match: web.cart\n  name: "
     "cart_total\n",
     "mappings:\n- match: web.cart\n  name: cart_total\n- match: web.cart.errors\n  name: "
     "cart_errors_total\n"},
    {"catch-all-map", Severity::Warning, "A rule that gives every name one metric",
     "The pattern takes whatever no other rule does, and the name is the same for all. Counters, "
     "gauges and timers meet there and refuse each other; values that have nothing to do with each "
     "other are added up.",
     "Use `action: drop` for what is not wanted, or keep a capture in the name.",
     "mappings:\n- match: .*\n  match_type: regex\n  name: other\n",
     "mappings:\n- match: .*\n  match_type: regex\n  action: drop\n  name: dropped\n"},
    {"drop-everything", Severity::Note, "What no other rule matches is dropped",
     "A new metric of the program does not appear until there is a rule for it. That may be "
     "meant.",
     "Nothing if it is meant; `statsd_exporter_events_actions_total{action=\"drop\"}` counts what "
     "is dropped.",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n- match: .\n  match_type: "
     "regex\n  action: drop\n  name: dropped\n",
     "mappings:\n- match: web.requests\n  name: web_requests_total\n- match: ^debug\\.\n  "
     "match_type: regex\n  action: drop\n  name: dropped\n"},
    {"drop-with-options", Severity::Note, "A rule that drops says what its metric is like",
     "Labels, help, type, TTL and options of a rule with `action: drop` have no effect.",
     "Remove them; only `name` has to be there.",
     "mappings:\n- match: debug.*\n  action: drop\n  name: dropped\n  labels: {what: $1}\n",
     "mappings:\n- match: debug.*\n  action: drop\n  name: dropped\n  match_metric_type: gauge\n"},
});

}  // namespace

Chapter order_chapter() { return {"Patterns and their order", kOrderKinds}; }

}  // namespace weir::lint
