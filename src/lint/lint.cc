// SPDX-License-Identifier: Apache-2.0
#include "weir/lint/lint.h"

#include <limits>
#include <utility>

#include "lint/checks.h"
#include "lint/diagnostic_findings.h"
#include "lint/findings.h"
#include "lint/ignores.h"
#include "lint/subject.h"
#include "weir/rulefile/builtin.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/fields.h"
#include "weir/rulefile/loader.h"
#include "weir/rulefile/source_text.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::lint {

namespace {

// Findings do not repeat the name of the file.
const std::string kNoName;

rulefile::LoadOptions load_options(const Options& options) {
  constexpr auto kAll = std::numeric_limits<std::size_t>::max();
  return {options.names, false, {kAll, kAll}};
}

File file_of(std::string_view text, const rulefile::YamlNode& root,
             const mapping::RuleSet& rule_set) {
  File file{text, find_value(root, "defaults"), {}, &rule_set};
  if (file.defaults != nullptr) {
    const auto* const is_unordered = find_value(*file.defaults, "glob_disable_ordering");
    rulefile::Diagnostics unused(kNoName);
    file.is_glob_ordered =
        is_unordered == nullptr || !rulefile::read_bool(*is_unordered, unused).value_or(false);
  }
  const auto* const mappings = find_value(root, "mappings");
  if (mappings == nullptr) return file;
  // The loader makes a rule of each entry, or refuses the file.
  file.rules.reserve(mappings->entries.size());
  for (std::size_t i = 0; i < mappings->entries.size(); ++i) {
    file.rules.push_back({mappings->entries[i].value, &rule_set.rules()[i]});
  }
  return file;
}

void check_all(const File& file, Findings& findings) {
  check_file(file, findings);
  check_order(file, findings);
  check_regex_order(file, findings);
  check_regexes(file, findings);
  check_references(file, findings);
  check_names(file, findings);
  check_equal_names(file, findings);
  check_labels(file, findings);
  check_values(file, findings);
}

// Of a file that is in order.
Findings findings_of(const rulefile::LoadedRules& loaded, const std::string& text) {
  Findings findings;
  add_diagnostics(loaded.warnings, findings);
  rulefile::Diagnostics unused(kNoName);
  const auto document = rulefile::YamlDocument::parse(text, unused);
  check_all(file_of(text, document.root(), *loaded.rules), findings);
  return findings;
}

std::vector<Finding> without_ignored(Findings findings, std::string_view text) {
  Ignores ignores(text);
  Findings shown;
  for (auto& finding : std::move(findings).sorted()) {
    if (!ignores.hide(finding)) shown.add(std::move(finding));
  }
  ignores.report(shown);
  return std::move(shown).sorted();
}

}  // namespace

std::vector<Finding> lint_text(std::string_view text, const Options& options) {
  try {
    const auto loaded = rulefile::parse_rules(text, kNoName, load_options(options));
    const auto decoded = rulefile::decode_source(text, kNoName);
    return without_ignored(findings_of(loaded, decoded), decoded);
  } catch (const rulefile::ConfigError& error) {
    Findings refused;
    add_diagnostics(error.errors(), refused);
    return std::move(refused).sorted();
  }
}

std::vector<Finding> lint_file(const std::string& path, const Options& options) {
  if (!rulefile::is_builtin(path)) return lint_text(rulefile::read_source(path), options);
  return lint_text(rulefile::builtin_text(path.substr(rulefile::kBuiltinPrefix.size())), options);
}

}  // namespace weir::lint
