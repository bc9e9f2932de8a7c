// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

#include "migrate/rewriter.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::migrate {

// The text with braces around the references of a glob's template that statsd_exporter reads
// otherwise, `$10` and `$1$2`. What has no such capture stays.
[[nodiscard]] std::string with_braces(std::string_view text, std::size_t captures);

// Writes these references with braces in the texts of one rule. Borrows all that it is given.
class OldReferences {
 public:
  // `seen` has the texts that were looked at.
  OldReferences(std::size_t captures, std::unordered_set<const rulefile::YamlNode*>& seen,
                Rewriter& rewriter)
      : captures_(captures), seen_(seen), rewriter_(rewriter) {}

  void replace(const rulefile::Entry& entry, bool is_flow);

 private:
  std::size_t captures_;
  std::unordered_set<const rulefile::YamlNode*>& seen_;
  Rewriter& rewriter_;
};

}  // namespace weir::migrate
