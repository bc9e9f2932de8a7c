// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "lint/checks.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/name_grammar.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

namespace {

using rulefile::Position;
using rulefile::YamlNode;

constexpr std::array<std::string_view, 12> kExtensionKeys{"match_tags",        "drop_tags",
                                                          "rename_tags",       "unit",
                                                          "distribution_unit", "as",
                                                          "max_series",        "on_conflict",
                                                          "relative_gauges",   "honor_timestamps",
                                                          "publish",           "set_options"};

// Something that only weir reads.
struct Extension {
  Position position;
  std::string what;
};

// Those of a file: the first, and how many there are.
class Extensions {
 public:
  void add(Position position, std::string what) {
    ++count_;
    if (!first_ || position < first_->position) first_ = {position, std::move(what)};
  }
  void report(Findings& findings) const {
    if (!first_) return;
    const auto more =
        count_ == 1 ? std::string() : fmt::format(" (the first of {} places)", count_);
    findings.add("extension-used", first_->position,
                 fmt::format("{} is read by weir alone, and statsd_exporter refuses the file{}",
                             first_->what, more),
                 "leave it out where both read the file");
  }

 private:
  std::optional<Extension> first_;
  std::size_t count_ = 0;
};

void add_keys(const YamlNode& map, Extensions& extensions) {
  for (const auto key : kExtensionKeys) {
    const auto* const node = find_key(map, key);
    if (node != nullptr) extensions.add(node->position, fmt::format("the key `{}`", key));
  }
  const auto* const observer = find_value(map, "observer_type");
  if (observer != nullptr && observer->text == "both")
    extensions.add(observer->position, "`observer_type: both`");
  const auto* const kind = find_value(map, "match_metric_type");
  if (kind != nullptr && kind->text == "set")
    extensions.add(kind->position, "`match_metric_type: set`");
}

bool has_extended_wildcard(std::string_view glob) {
  for (auto left = mapping::count_segments(glob); left > 0; --left) {
    const auto form = mapping::form_of(mapping::take_segment(glob));
    if (form == mapping::SegmentForm::Part || form == mapping::SegmentForm::Tail) return true;
  }
  return false;
}

// statsd_exporter wants two characters at least (difference Q26).
void add_short_labels(const Subject& subject, Extensions& extensions) {
  for (const auto& label : subject.rule->labels) {
    if (label.name.size() == 1) {
      extensions.add(subject.position_of_label(label.name),
                     fmt::format("the label `{}` of one letter", label.name));
    }
  }
}

void report_extensions(const File& file, Findings& findings) {
  Extensions extensions;
  if (file.defaults != nullptr) add_keys(*file.defaults, extensions);
  for (const auto& subject : file.rules) {
    add_keys(*subject.entry, extensions);
    add_short_labels(subject, extensions);
    if (!subject.is_regex() && has_extended_wildcard(subject.rule->match)) {
      extensions.add(subject.position("match"),
                     fmt::format("the glob \"{}\"", rulefile::printable(subject.rule->match)));
    }
  }
  extensions.report(findings);
}

}  // namespace

void check_file(const File& file, Findings& findings) {
  if (file.rules.empty()) {
    findings.add("mappings-empty", {1, 1}, "the file has no rules, and names stay as they are sent",
                 "add some under `mappings:`");
  }
  if (!file.is_glob_ordered) {
    findings.add("glob-unordered", find_value(*file.defaults, "glob_disable_ordering")->position,
                 "the more specific glob wins, whatever the order of the file",
                 "leave the key out and put narrow globs before wide ones");
  }
  report_extensions(file, findings);
}

}  // namespace weir::lint
