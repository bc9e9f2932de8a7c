// SPDX-License-Identifier: Apache-2.0
#include "app/commands/test_command.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/cli/options.h"
#include "app/commands/output_format.h"
#include "app/web/explain_handler.h"
#include "weir/base/clock.h"
#include "weir/base/similar.h"
#include "weir/mappingtest/coverage.h"
#include "weir/mappingtest/formats.h"
#include "weir/mappingtest/runner.h"
#include "weir/mappingtest/test_file.h"
#include "weir/rulefile/config_error.h"
#include "weir/rulefile/loader.h"

namespace weir::app {

namespace {

// How the flags begin that decide what becomes of a line.
constexpr std::array<std::string_view, 8> kSettings = {
    "statsd.parse-", "statsd.trim-", "statsd.refuse-", "statsd.honor-",
    "statsd.set",    "metrics.",     "limits.",        "web.enable-openmetrics"};

struct TestArguments {
  TestArguments() {
    flags.add_choice("format", "Form of the answer: text, or json, one object.", kFormats, format);
    flags.add("coverage", "Name the rules that no test used, too.", has_coverage);
  }
  // The flags have the addresses of the rest.
  TestArguments(const TestArguments&) = delete;
  TestArguments& operator=(const TestArguments&) = delete;

  FlagSet flags;
  Format format = Format::Text;
  bool has_coverage = false;
};

bool is_setting(std::string_view name) {
  return std::ranges::any_of(kSettings,
                             [name](std::string_view begin) { return name.starts_with(begin); });
}

[[noreturn]] void refuse(const mappingtest::TestFile& file, const mappingtest::Setting& setting,
                         std::string_view message) {
  throw rulefile::ConfigError(file.path, setting.position.line, setting.position.column,
                              fmt::format("flags: {}", message));
}

[[noreturn]] void refuse_name(const mappingtest::TestFile& file,
                              const mappingtest::Setting& setting,
                              const std::vector<std::string_view>& known) {
  const auto meant = base::most_similar(setting.name, known);
  refuse(file, setting,
         fmt::format("\"{}\" is no flag of the daemon that decides what becomes of a line, {}",
                     rulefile::printable(setting.name),
                     meant.empty() ? "take it out" : fmt::format("did you mean \"{}\"?", meant)));
}

// A flag as the command line has it.
std::string argument_of(const mappingtest::TestFile& file, const mappingtest::Setting& setting,
                        const Flag& flag) {
  if (!flag.is_boolean) return fmt::format("--{}={}", setting.name, setting.value);
  if (setting.value == "true") return "--" + setting.name;
  if (setting.value == "false") return "--no-" + setting.name;
  refuse(file, setting, fmt::format("{} is on or off, write true or false", setting.name));
}

void apply(const mappingtest::TestFile& file, const mappingtest::Setting& setting,
           Options& options) {
  FlagSet flags;
  add_flags(flags, options);
  std::vector<std::string_view> known;
  known.reserve(flags.flags().size());
  for (const auto& flag : flags.flags()) {
    if (is_setting(flag.name)) known.emplace_back(flag.name);
  }
  const auto flag = std::ranges::find(flags.flags(), setting.name, &Flag::name);
  if (flag == flags.flags().end() || !is_setting(setting.name)) refuse_name(file, setting, known);
  try {
    std::vector<std::string> words;
    flags.parse(std::array{argument_of(file, setting, *flag)}, words);
  } catch (const FlagError& error) {
    refuse(file, setting, error.what());
  }
}

std::shared_ptr<const mapping::RuleSet> load_rules(const mappingtest::TestFile& file,
                                                   const Options& options) {
  try {
    return rulefile::load_rules(file.mapping, options.load_options()).rules;
  } catch (const rulefile::ConfigError& error) {
    // A file that cannot be read is a fault of the one that names it.
    if (error.errors().front().line != 0) throw;
    throw rulefile::ConfigError(file.path, file.mapping_position.line, file.mapping_position.column,
                                error.what());
  }
}

mappingtest::FileResult run(const std::string& path, mappingtest::Coverage& coverage) {
  const auto file = mappingtest::read_test_file(path);
  Options options;
  for (const auto& setting : file.settings) apply(file, setting, options);
  const auto rules = load_rules(file, options);
  auto result =
      mappingtest::run_tests(file, pipeline::prepare(rules, 1, nullptr, options.rule_fallbacks),
                             explain_options(options), base::Instant::now());
  coverage.add(result, *rules);
  return result;
}

bool has_failed(const mappingtest::FileResult& result) {
  return !std::ranges::all_of(result.tests, &mappingtest::TestResult::is_passed);
}

}  // namespace

CommandResult test_mappings(std::span<const std::string> arguments) {
  TestArguments read;
  std::vector<std::string> paths;
  read.flags.parse(arguments, paths);
  if (paths.empty()) throw FlagError("expected a file of tests behind test");
  mappingtest::Coverage coverage;
  std::vector<mappingtest::FileResult> results;
  results.reserve(paths.size());
  for (const auto& path : paths) results.push_back(run(path, coverage));
  CommandResult answer;
  const auto covered = coverage.mappings();
  if (read.format == Format::Json) {
    answer.text = mappingtest::json_of(results, read.has_coverage ? &covered : nullptr) + '\n';
  } else {
    answer.text = mappingtest::text_of(results);
    if (read.has_coverage) answer.text += mappingtest::text_of(covered);
  }
  if (std::ranges::any_of(results, has_failed)) answer.exit_code = EXIT_FAILURE;
  return answer;
}

std::string complete_test(std::span<const std::string> words) {
  const TestArguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
