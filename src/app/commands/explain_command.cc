// SPDX-License-Identifier: Apache-2.0
#include "app/commands/explain_command.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/cli/options.h"
#include "app/commands/http_client.h"
#include "app/commands/output_format.h"
#include "app/web/explain_handler.h"
#include "app/web/http_paths.h"
#include "weir/base/clock.h"
#include "weir/explain/explainer.h"
#include "weir/explain/formats.h"
#include "weir/rulefile/loader.h"

namespace weir::app {

namespace {

// The daemon's flags and those of the command.
struct ExplainArguments {
  ExplainArguments() {
    flags.add("mapping", "The same as --statsd.mapping-config.", options.mapping_path);
    flags.add("at", "Ask the daemon that serves HTTP at this URL.", url);
    add_trust_flags(flags, trust);
    flags.add_choice("format",
                     "Form of the answer: text, or json, an object on a line of its own "
                     "for each line.",
                     kFormats, format);
    add_flags(flags, options);
  }
  // The flags have the addresses of the rest.
  ExplainArguments(const ExplainArguments&) = delete;
  ExplainArguments& operator=(const ExplainArguments&) = delete;

  FlagSet flags;
  Options options;
  Format format = Format::Text;
  // "" without a daemon to ask.
  std::string url;
  tls::ServerTrust trust;
};

// Those of all words, each of which may be what one datagram holds.
std::vector<std::string> lines_of(const std::vector<std::string>& words) {
  std::vector<std::string> lines;
  for (std::string_view left : words) {
    while (true) {
      const auto end = std::min(left.find('\n'), left.size());
      lines.emplace_back(left.substr(0, end));
      left.remove_prefix(std::min(end + 1, left.size()));
      if (left.empty()) break;
    }
  }
  return lines;
}

explain::Explainer explainer(const Options& options) {
  auto rules = options.mapping_path.empty()
                   ? mapping::RuleSet::empty()
                   : rulefile::load_rules(options.mapping_path, options.load_options()).rules;
  return {pipeline::prepare(std::move(rules), 1, nullptr, options.rule_fallbacks),
          explain_options(options), base::Instant::now()};
}

// A piece of text for a line, after those before it.
void add_answer(Format format, std::string_view answer, CommandResult& result) {
  if (format == Format::Text && !result.text.empty()) result.text += '\n';
  result.text += answer;
}

CommandResult explain_here(const ExplainArguments& read, const std::vector<std::string>& lines) {
  const std::string& file = read.options.mapping_path;
  auto explainer = weir::app::explainer(read.options);
  CommandResult result;
  for (const auto& line : lines) {
    const auto explanation = explainer.explain(line);
    if (!explanation.is_applied()) result.exit_code = EXIT_FAILURE;
    add_answer(read.format,
               read.format == Format::Json ? explain::json_of(explanation, file) + '\n'
                                           : explain::text_of(explanation, file),
               result);
  }
  return result;
}

CommandResult explain_there(const ExplainArguments& read, const std::vector<std::string>& lines) {
  const HttpUrl url = parse_http_url(read.url, read.trust);
  CommandResult result;
  for (const auto& line : lines) {
    const auto answer =
        http_get(url, fmt::format("{}?format={}&line={}", kExplainPath,
                                  kFormats.at(static_cast<std::size_t>(read.format)),
                                  escape_query_value(line)));
    const auto applied = answer.header(kAppliedHeader);
    if (answer.status != 200 || applied.empty()) {
      throw std::runtime_error(fmt::format("{}: status {}: {}", url.authority, answer.status,
                                           answer.body.substr(0, answer.body.find('\n'))));
    }
    if (applied != "true") result.exit_code = EXIT_FAILURE;
    add_answer(read.format, answer.body, result);
  }
  return result;
}

// The daemon has its own.
void refuse_other_flags(const FlagSet& flags) {
  for (const auto& flag : flags.flags()) {
    const bool is_ours = flag.name == "at" || flag.name == "format" || is_trust_flag(flag.name);
    if (flag.is_given && !is_ours) {
      throw FlagError(
          fmt::format("flag '{}' goes with no --at: the daemon has its own", flag.name));
    }
  }
}

}  // namespace

CommandResult explain_lines(std::span<const std::string> arguments) {
  ExplainArguments read;
  std::vector<std::string> words;
  read.flags.parse(arguments, words);
  if (words.empty()) throw FlagError("expected a line behind explain, such as 'name:1|c'");
  if (!read.url.empty()) refuse_other_flags(read.flags);
  const auto lines = lines_of(words);
  return read.url.empty() ? explain_here(read, lines) : explain_there(read, lines);
}

std::string complete_explain(std::span<const std::string> words) {
  const ExplainArguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
