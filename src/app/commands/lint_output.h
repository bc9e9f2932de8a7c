// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands/daemon_rules.h"
#include "weir/lint/lint.h"
#include "weir/lint/rule_use.h"

namespace weir::app {

// A file and what was found in it.
struct LintedFile {
  std::string path;
  std::vector<lint::Finding> findings;
};

// A capture and what became of its lines, by the rules of a mapping file.
struct AppliedCapture {
  std::string path;
  std::string mapping_path;
  lint::RuleUse use;
};

// All that there is to find.
[[nodiscard]] std::string catalogue_text();
[[nodiscard]] std::string catalogue_json();

// A finding a line.
[[nodiscard]] std::string findings_text(const std::vector<LintedFile>& files);
// A table of rules, and one of unmapped names.
[[nodiscard]] std::string capture_text(const AppliedCapture& capture);

// A list of findings; with a capture, or a daemon's rules, an object of both.
[[nodiscard]] std::string findings_json(const std::vector<LintedFile>& files,
                                        const std::optional<AppliedCapture>& capture,
                                        const std::optional<DaemonRules>& daemon);

}  // namespace weir::app
