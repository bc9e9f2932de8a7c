// SPDX-License-Identifier: Apache-2.0
#include "app/commands/lint_command.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/cli/flag_help.h"
#include "app/cli/flag_values.h"
#include "app/cli/flags.h"
#include "app/commands/daemon_rules.h"
#include "app/commands/http_client.h"
#include "app/commands/lint_output.h"
#include "app/commands/output_format.h"
#include "app/commands/sent_lines.h"
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

struct LintArguments {
  Format format = Format::Text;
  Severity severity_min = Severity::Warning;
  lint::Options options;
  bool lists_kinds = false;
  // A file, or the URL of a daemon; "" for none.
  std::string against;
  tls::ServerTrust trust;
};

void add_flags(FlagSet& flags, LintArguments& arguments) {
  flags.add_choice("format", "How to print.", kFormats, arguments.format);
  flags.add_choice("min-severity", "The least to print.", kSeverities, arguments.severity_min);
  flags.add_choice("name-validation", "As --metrics.name-validation of the daemon.",
                   kNameValidations, arguments.options.names);
  flags.add("against",
            "Take the lines of this capture, or StatsD lines of a file, through the rules, and say "
            "what each did; or say what the rules of the daemon did that serves HTTP at this URL.",
            arguments.against);
  add_trust_flags(flags, arguments.trust);
  flags.add("list", "Print what there is to find.", arguments.lists_kinds);
}

std::vector<LintedFile> lint_all(const std::vector<std::string>& paths,
                                 const LintArguments& arguments) {
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

AppliedCapture apply(const std::string& mapping_path, std::shared_ptr<const mapping::RuleSet> rules,
                     const LintArguments& arguments, std::string& remarks) {
  const std::string& capture = arguments.against;
  lint::RuleUseCounter counter(std::move(rules), arguments.options.names);
  const auto left_out =
      read_sent_lines(capture, [&counter](std::string_view line) { counter.take(line); });
  remarks = left_out_text(capture, left_out);
  return {capture, mapping_path, counter.result()};
}

// Null for a file that the daemon refuses, of which the findings tell.
std::shared_ptr<const mapping::RuleSet> load(const std::string& path,
                                             const LintArguments& arguments) {
  try {
    return rulefile::load_rules(path, {arguments.options.names, false, {}}).rules;
  } catch (const rulefile::ConfigError&) {
    return nullptr;
  }
}

// What `--against` adds to the findings.
struct Use {
  std::optional<AppliedCapture> capture;
  std::optional<DaemonRules> daemon;
  std::string remarks;
};

bool has_rules(const DaemonRules& daemon, const mapping::RuleSet& rules) {
  const auto all = rules.rules();
  if (daemon.rules.size() + daemon.rules_left_out != all.size()) return false;
  return std::ranges::equal(daemon.rules, all.first(daemon.rules.size()), {}, &DaemonRule::match,
                            &mapping::Rule::match);
}

Use find_use(const std::string& mapping_path, const LintArguments& arguments) {
  Use use;
  if (arguments.against.empty()) return use;
  const auto rules = load(mapping_path, arguments);
  if (rules == nullptr) return use;
  if (is_http_url(arguments.against)) {
    use.daemon = ask_for_rules(parse_http_url(arguments.against, arguments.trust));
    use.daemon->has_other_rules = !has_rules(*use.daemon, *rules);
  } else {
    use.capture = apply(mapping_path, rules, arguments, use.remarks);
  }
  return use;
}

std::string as_text(const std::vector<LintedFile>& files, const Use& use) {
  auto text = findings_text(files);
  if (use.capture) text += capture_text(*use.capture);
  if (use.daemon) text += daemon_rules_text(*use.daemon, files.front().path);
  return text;
}

// Throws for what does not go together.
void check(const std::vector<std::string>& paths, const LintArguments& arguments) {
  if (arguments.lists_kinds) {
    if (!paths.empty()) throw FlagError("unexpected " + paths.front() + " beside --list");
    return;
  }
  if (paths.empty()) throw FlagError("expected a mapping file after lint");
  if (paths.size() > 1 && !arguments.against.empty())
    throw FlagError("unexpected " + paths[1] + ", as --against takes one mapping file");
}

}  // namespace

CommandResult lint_files(std::span<const std::string> arguments) {
  LintArguments read;
  FlagSet flags;
  add_flags(flags, read);
  std::vector<std::string> paths;
  flags.parse(arguments, paths);
  check(paths, read);
  const bool is_json = read.format == Format::Json;
  if (read.lists_kinds) return {is_json ? catalogue_json() : catalogue_text()};
  const auto files = lint_all(paths, read);
  const auto use = find_use(paths.front(), read);
  return {is_json ? findings_json(files, use.capture, use.daemon) : as_text(files, use),
          std::ranges::any_of(files, has_fault) ? EXIT_FAILURE : EXIT_SUCCESS, use.remarks};
}

std::string complete_lint(std::span<const std::string> words) {
  LintArguments unused;
  FlagSet flags;
  add_flags(flags, unused);
  return completions(flags.flags(), words);
}

}  // namespace weir::app
