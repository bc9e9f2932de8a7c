// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lint/checks.h"
#include "lint/regex_tokens.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/name_grammar.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

namespace {

using mapping::SegmentForm;

// Beginnings of globs that one check may keep: some hundred megabytes.
constexpr std::size_t kBeginningsMax = 2'000'000;

constexpr auto kKeysOfMetrics = std::to_array<std::string_view>(
    {"labels", "honor_labels", "help", "ttl", "observer_type", "summary_options",
     "histogram_options", "scale", "unit", "distribution_unit", "as", "max_series", "publish",
     "set_options"});

bool has_only(std::string_view glob, SegmentForm a, SegmentForm b) {
  for (auto left = mapping::count_segments(glob); left > 0; --left) {
    const auto form = mapping::form_of(mapping::take_segment(glob));
    if (form != a && form != b) return false;
  }
  return true;
}

bool meet(const Subject& one, const Subject& other) {
  return !one.rule->kind || !other.rule->kind || *one.rule->kind == *other.rule->kind;
}

// The globs that come after longer ones that they begin.
class BeginningsOfGlobs {
 public:
  void take(const Subject& subject, Findings& findings) {
    const std::string_view glob = subject.rule->match;
    if (!has_only(glob, SegmentForm::Literal, SegmentForm::Any)) return;
    const auto longer = by_beginning_.find(glob);
    if (longer != by_beginning_.end() && meet(subject, *longer->second)) {
      findings.add("dead-in-statsd-exporter", subject.position("match"),
                   fmt::format("statsd_exporter never matches this glob, as \"{}\" on line {} is "
                               "longer and begins with it",
                               rulefile::printable(longer->second->rule->match),
                               longer->second->position("match").line),
                   "put this one first if both programs read the file");
    }
    for (auto dot = glob.find('.'); dot != std::string_view::npos; dot = glob.find('.', dot + 1)) {
      if (by_beginning_.size() < kBeginningsMax)
        by_beginning_.try_emplace(glob.substr(0, dot), &subject);
    }
  }

 private:
  std::unordered_map<std::string_view, const Subject*> by_beginning_;
};

bool takes_everything(const Subject& subject) {
  return subject.is_regex() && takes_every_name(regex_tokens(subject.rule->match)) &&
         subject.rule->match_tags.empty() && !subject.rule->kind;
}

void check_catch_all(const Subject& subject, Findings& findings) {
  const bool is_wide_glob = !subject.is_regex() && !subject.rule->kind &&
                            subject.rule->match_tags.empty() &&
                            has_only(subject.rule->match, SegmentForm::Any, SegmentForm::Tail);
  if (!is_wide_glob && !takes_everything(subject)) return;
  if (subject.is_drop()) {
    if (is_wide_glob) return;
    findings.add("drop-everything", subject.position("match"),
                 "this rule drops what no other takes, new metrics too",
                 "remove it if they should appear under the names that they are sent with");
    return;
  }
  if (!subject.has_fixed_name() || subject.rule->on_conflict == mapping::OnConflict::Suffix) return;
  findings.add(
      "catch-all-map", subject.position("match"),
      fmt::format("every name {}becomes \"{}\", whatever it counts or measures",
                  is_wide_glob ? "of so many segments " : "", rulefile::printable(subject.name())),
      "drop what is not wanted, or keep a capture in the name");
}

void check_dropped(const Subject& subject, Findings& findings) {
  if (!subject.is_drop()) return;
  std::vector<std::string> useless;
  useless.reserve(kKeysOfMetrics.size());
  for (const auto key : kKeysOfMetrics) {
    if (subject.value(key) != nullptr) useless.push_back(fmt::format("`{}`", key));
  }
  if (useless.empty()) return;
  findings.add("drop-with-options", subject.entry->position,
               fmt::format("this rule drops, and {} {} nothing", fmt::join(useless, ", "),
                           useless.size() == 1 ? "does" : "do"),
               "remove what does nothing");
}

}  // namespace

void check_order(const File& file, Findings& findings) {
  BeginningsOfGlobs beginnings;
  for (const auto& subject : file.rules) {
    if (!subject.is_regex()) beginnings.take(subject, findings);
    check_catch_all(subject, findings);
    check_dropped(subject, findings);
  }
}

}  // namespace weir::lint
