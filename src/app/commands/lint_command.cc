// SPDX-License-Identifier: Apache-2.0
#include "app/commands/lint_command.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/cli/flag_help.h"
#include "app/cli/flag_values.h"
#include "app/cli/flags.h"
#include "app/commands/lint_output.h"
#include "app/commands/output_format.h"
#include "weir/base/name_validation.h"
#include "weir/lint/catalogue.h"
#include "weir/lint/lint.h"
#include "weir/lint/rule_use.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

namespace weir::app {

namespace {

using lint::Severity;

// In the order of Severity.
constexpr std::array<std::string_view, 3> kSeverities{"note", "warning", "error"};

struct Arguments {
  Format format = Format::Text;
  Severity severity_min = Severity::Warning;
  lint::Options options;
  bool lists_kinds = false;
  // "" for none.
  std::string capture;
};

void add_flags(FlagSet& flags, Arguments& arguments) {
  flags.add_choice("format", "How to print.", kFormats, arguments.format);
  flags.add_choice("min-severity", "The least to print.", kSeverities, arguments.severity_min);
  flags.add_choice("name-validation", "As --metrics.name-validation of the daemon.",
                   kNameValidations, arguments.options.names);
  flags.add("against",
            "Take the StatsD lines of this file through the rules, and say what each did.",
            arguments.capture);
  flags.add("list", "Print what there is to find.", arguments.lists_kinds);
}

std::vector<LintedFile> lint_all(const std::vector<std::string>& paths,
                                 const Arguments& arguments) {
  std::vector<LintedFile> files;
  files.reserve(paths.size());
  for (const auto& path : paths) {
    auto findings = lint::lint_file(path, arguments.options);
    std::erase_if(findings, [&arguments](const lint::Finding& finding) {
      return finding.kind->severity < arguments.severity_min;
    });
    files.push_back({path, std::move(findings)});
  }
  return files;
}

// Notes leave a file as good as it was.
bool has_fault(const LintedFile& file) {
  return std::ranges::any_of(file.findings, [](const lint::Finding& finding) {
    return finding.kind->severity > Severity::Note;
  });
}

lint::RuleUse apply(const std::string& capture, std::shared_ptr<const mapping::RuleSet> rules,
                    const Arguments& arguments) {
  std::ifstream file(capture);
  if (!file) throw std::system_error(errno, std::generic_category(), capture);
  lint::RuleUseCounter counter(std::move(rules), arguments.options.names);
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    counter.take(line);
  }
  return counter.result();
}

// Nothing without a capture, or for a file that the daemon refuses, of which the findings tell.
std::optional<AppliedCapture> apply_capture(const std::string& mapping_path,
                                            const Arguments& arguments) {
  if (arguments.capture.empty()) return std::nullopt;
  std::shared_ptr<const mapping::RuleSet> rules;
  try {
    rules = rulefile::load_rules(mapping_path, {arguments.options.names, false, {}}).rules;
  } catch (const rulefile::ConfigError&) {
    return std::nullopt;
  }
  return AppliedCapture{arguments.capture, mapping_path,
                        apply(arguments.capture, std::move(rules), arguments)};
}

std::string as_text(const std::vector<LintedFile>& files,
                    const std::optional<AppliedCapture>& capture) {
  return findings_text(files) + (capture ? capture_text(*capture) : std::string());
}

// Throws for what does not go together.
void check(const std::vector<std::string>& paths, const Arguments& arguments) {
  if (arguments.lists_kinds) {
    if (!paths.empty()) throw FlagError("unexpected " + paths.front() + " beside --list");
    return;
  }
  if (paths.empty()) throw FlagError("expected a mapping file after lint");
  if (paths.size() > 1 && !arguments.capture.empty())
    throw FlagError("unexpected " + paths[1] + ", as --against takes one mapping file");
}

}  // namespace

CommandResult lint_files(std::span<const std::string> arguments) {
  Arguments read;
  FlagSet flags;
  add_flags(flags, read);
  std::vector<std::string> paths;
  flags.parse(arguments, paths);
  check(paths, read);
  const bool is_json = read.format == Format::Json;
  if (read.lists_kinds) return {is_json ? catalogue_json() : catalogue_text()};
  const auto files = lint_all(paths, read);
  const auto capture = apply_capture(paths.front(), read);
  return {is_json ? findings_json(files, capture) : as_text(files, capture),
          std::ranges::any_of(files, has_fault) ? EXIT_FAILURE : EXIT_SUCCESS};
}

std::string complete_lint(std::span<const std::string> words) {
  Arguments unused;
  FlagSet flags;
  add_flags(flags, unused);
  return completions(flags.flags(), words);
}

}  // namespace weir::app
