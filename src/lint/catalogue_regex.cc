// SPDX-License-Identifier: Apache-2.0
#include "lint/catalogue_chapters.h"

namespace weir::lint {

namespace {

constexpr auto kRegexKinds = std::to_array<Kind>({
    {"regex-impossible", Severity::Error, "A regex that no name matches",
     "Each match needs a `:` or `|`, and a StatsD name ends there.",
     "Match what is before it; write `|` without a backslash for one of several.",
     "mappings:\n- match: ^web:(.+)$\n  match_type: regex\n  name: web_total\n  labels: {what: "
     "$1}\n",
     "mappings:\n- match: ^web[:.](.+)$\n  match_type: regex\n  name: web_total\n  labels: {what: "
     "$1}\n"},
    {"regex-control-character", Severity::Error, "A regex that holds a control character",
     "In double quotes YAML reads escapes itself: `\"\\b\"` is a backspace, which no name holds.",
     "Write regexes in single quotes, which leave backslashes alone.",
     "mappings:\n- match: \"\\bweb\\\\.(.+)$\"\n  match_type: regex\n  name: web_total\n  labels: "
     "{what: $1}\n",
     "mappings:\n- match: '\\bweb\\.(.+)$'\n  match_type: regex\n  name: web_total\n  labels: "
     "{what: $1}\n"},
    {"regex-like-glob", Severity::Warning, "A regex that is written like a glob",
     "In a regex `.` is any character and `.*` any run of them, dots too. So `web.*.requests` "
     "also matches `web.a.b.c-requests-2`.",
     "Leave `match_type: regex` out, or write `^web\\.([^.]+)\\.requests$`.",
     "mappings:\n- match: web.*.requests\n  match_type: regex\n  name: web_requests_total\n",
     "mappings:\n- match: web.*.requests\n  match_type: glob\n  name: web_requests_total\n  "
     "labels: {page: $1}\n"},
    {"regex-dot-unescaped", Severity::Warning, "A dot that stands for any character",
     "In a regex a `.` without a backslash matches every character: `web.requests` also matches "
     "`web_requests` and `web-requests`.",
     "Write `\\.` for a dot.",
     "mappings:\n- match: ^web.(\\w+)\\.requests$\n  match_type: regex\n  name: "
     "web_requests_total\n  labels: {page: $1}\n",
     "mappings:\n- match: ^web[.](\\w+)\\.requests.*$\n  match_type: regex\n  name: "
     "web_requests_total\n  labels: {page: $1}\n"},
    {"regex-start-unanchored", Severity::Note, "A regex without `^`",
     "A regex is searched for anywhere in the name: `web\\.requests$` also matches "
     "`mobile_web.requests`.",
     "Begin it with `^`, or with `^.*` where that is meant.",
     "mappings:\n- match: web\\.(\\w+)_total$\n  match_type: regex\n  name: web_total\n  labels: "
     "{what: $1}\n",
     "mappings:\n- match: .*web\\.(\\w+)_total$\n  match_type: regex\n  name: web_total\n  "
     "labels: {what: $1}\n"},
    {"regex-end-unanchored", Severity::Note, "A regex without `$`",
     "A regex is searched for anywhere in the name: `^web\\.requests` also matches "
     "`web.requests.500` and `web.requests_old`.",
     "End it with `$`, or with `.*` where that is meant.",
     "mappings:\n- match: ^web\\.(get|post)\n  match_type: regex\n  name: web_total\n  labels: "
     "{method: $1}\n",
     "mappings:\n- match: ^web\\.(get|post).*\n  match_type: regex\n  name: web_total\n  labels: "
     "{method: $1}\n"},
    {"regex-could-be-glob", Severity::Note, "A regex that a glob could be",
     "A glob says the same in fewer characters, goes before all regexes, and costs the same "
     "however "
     "many rules there are.",
     "Write the glob that the finding shows, and see that no other glob takes its names first.",
     "mappings:\n- match: ^web\\.([^.]+)\\.requests$\n  match_type: regex\n  name: "
     "web_requests_total\n  labels: {page: $1}\n",
     "mappings:\n- match: ^web\\.([a-z]+)\\.requests$\n  match_type: regex\n  name: "
     "web_requests_total\n  labels: {page: $1}\n"},
    {"regex-greedy-groups", Severity::Note, "Two groups that both take dots",
     "Of `(.+)\\.(.+)` the first takes as many segments as it can, which leaves the second the "
     "last one. Where a name has more dots than expected, the parts go to the wrong labels.",
     "Write `([^.]+)` for a group that is one segment.",
     "mappings:\n- match: ^web\\.(.+)\\.(.+)$\n  match_type: regex\n  name: web_total\n  labels: "
     "{page: $1, what: $2}\n",
     "mappings:\n- match: ^web\\.([^.]+)\\.(.+)$\n  match_type: regex\n  name: web_total\n  "
     "labels: {page: $1, what: $2}\n"},
});

}  // namespace

Chapter regex_chapter() { return {"Regular expressions", kRegexKinds}; }

}  // namespace weir::lint
