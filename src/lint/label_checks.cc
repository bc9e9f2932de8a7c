// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "lint/checks.h"
#include "weir/base/ascii.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

namespace {

// Names of what has new values all the time, in small letters and without `_`.
constexpr auto kUnbounded = std::to_array<std::string_view>({
    "userid",      "requestid", "reqid",     "sessionid",     "session",   "traceid",
    "spanid",      "orderid",   "accountid", "customerid",    "clientid",  "transactionid",
    "txid",        "messageid", "msgid",     "eventid",       "runid",     "uuid",
    "guid",        "email",     "ip",        "ipaddress",     "clientip",  "remoteip",
    "remoteaddr",  "peerip",    "timestamp", "pid",           "processid", "threadid",
    "containerid", "podid",     "token",     "correlationid",
});

std::string letters_of(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c != '_') letters += base::to_lower(c);
  }
  return letters;
}

bool is_unbounded(std::string_view name) {
  const auto letters = letters_of(name);
  return std::ranges::find(kUnbounded, letters) != kUnbounded.end() || letters.ends_with("uuid");
}

bool has_capture(const mapping::NameTemplate& text, std::size_t captures) {
  for (std::size_t i = 0; i <= captures; ++i) {
    if (text.refers_to(i)) return true;
  }
  return false;
}

void check_target(std::string_view label, rulefile::Position position, Findings& findings) {
  if (label != "job" && label != "instance") return;
  findings.add(
      "label-target", position,
      fmt::format("Prometheus gives every series a label `{}` of its own, and renames this "
                  "one to `exported_{}`",
                  label, label),
      "give it another name");
}

void check_label(const Subject& subject, const mapping::LabelRule& label, Findings& findings) {
  const auto position = subject.position_of_label(label.name);
  check_target(label.name, position, findings);
  if (label.value.source().empty()) {
    findings.add("label-empty", position,
                 fmt::format("the label \"{}\" has no value, so there is no label",
                             rulefile::printable(label.name)),
                 "give it a value, or remove it");
  }
  const bool is_bounded = subject.rule->series_max != std::numeric_limits<std::uint32_t>::max();
  if (is_bounded || !is_unbounded(label.name) || !has_capture(label.value, subject.captures())) {
    return;
  }
  findings.add("label-unbounded", position,
               fmt::format("each value of \"{}\" is a series, and there is no end of them",
                           rulefile::printable(label.name)),
               "leave the label out, or set max_series and a ttl");
}

void check_labels_of(const Subject& subject, Findings& findings) {
  for (const auto& label : subject.rule->labels) check_label(subject, label, findings);
  if (const auto* const renames = subject.value("rename_tags")) {
    for (const auto& entry : renames->entries)
      check_target(entry.value->text, entry.value->position, findings);
  }
  if (subject.rule->honor_labels && subject.rule->labels.empty()) {
    findings.add("honor-labels-unused", subject.position("honor_labels"),
                 "`honor_labels` lets tags win over the rule's labels, and it has none",
                 "remove the key");
  }
}

}  // namespace

void check_labels(const File& file, Findings& findings) {
  for (const auto& subject : file.rules) {
    if (!subject.is_drop()) check_labels_of(subject, findings);
  }
}

}  // namespace weir::lint
