// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/core.h>

#include "lint/checks.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::lint {

namespace {

bool has_labels_of(const Subject& one, const Subject& other) {
  return std::ranges::equal(one.rule->labels, other.rule->labels, {}, &mapping::LabelRule::name,
                            &mapping::LabelRule::name);
}

bool are_resolved(const Subject& one, const Subject& other) {
  return one.rule->on_conflict == mapping::OnConflict::Suffix &&
         other.rule->on_conflict == mapping::OnConflict::Suffix;
}

// The first rule of each name that is the same for all samples.
class FirstRules {
 public:
  void take(const Subject& subject, Findings& findings) {
    const auto [first, is_new] = by_name_.try_emplace(subject.name(), &subject);
    if (is_new || has_labels_of(subject, *first->second)) return;
    findings.add("name-other-labels", subject.position("name"),
                 fmt::format("\"{}\" has other labels in the mapping on line {}",
                             rulefile::printable(subject.name()), first->second->rule->line),
                 "give both the same, or one of them another name");
  }

  // After all were taken.
  void check_parts(const Subject& observer, Findings& findings) const {
    check_part(observer, "_count", findings);
    check_part(observer, "_sum", findings);
    if (observer.makes_histograms()) check_part(observer, "_bucket", findings);
  }

 private:
  void check_part(const Subject& observer, std::string_view end, Findings& findings) const {
    const auto found = by_name_.find(observer.name() + std::string(end));
    if (found == by_name_.end() || are_resolved(observer, *found->second)) return;
    findings.add("name-suffix-clash", found->second->position("name"),
                 fmt::format("\"{}\" is a part of what \"{}\" of line {} writes, and what arrives "
                             "second is dropped",
                             rulefile::printable(found->first),
                             rulefile::printable(observer.name()), observer.rule->line),
                 "rename one of them");
  }

  std::unordered_map<std::string, const Subject*> by_name_;
};

}  // namespace

void check_equal_names(const File& file, Findings& findings) {
  FirstRules first;
  for (const auto& subject : file.rules) {
    if (!subject.is_drop() && subject.has_fixed_name()) first.take(subject, findings);
  }
  for (const auto& subject : file.rules) {
    if (!subject.is_drop() && subject.has_fixed_name() && subject.is_for_observers())
      first.check_parts(subject, findings);
  }
}

}  // namespace weir::lint
