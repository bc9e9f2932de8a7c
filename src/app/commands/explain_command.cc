// SPDX-License-Identifier: Apache-2.0
#include "app/commands/explain_command.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "app/cli/flag_help.h"
#include "app/cli/flags.h"
#include "app/cli/options.h"
#include "app/web/self_metrics.h"
#include "weir/base/clock.h"
#include "weir/explain/explainer.h"
#include "weir/explain/formats.h"
#include "weir/rulefile/loader.h"

namespace weir::app {

namespace {

enum class Format : std::uint8_t { Text, Json };
constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};

// Any number: nothing but these hashes depends on it.
constexpr std::uint64_t kSeed = 1;

// The daemon's flags and those of the command.
struct Arguments {
  Arguments() {
    flags.add("mapping", "The same as --statsd.mapping-config.", options.mapping_path);
    flags.add_choice("format",
                     "Form of the answer: text, or json, an object on a line of its own "
                     "for each line.",
                     kFormats, format);
    add_flags(flags, options);
  }
  // The flags have the addresses of the rest.
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  FlagSet flags;
  Options options;
  Format format = Format::Text;
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
  explain::Options made{.pipeline = options.pipeline,
                        .budgets = options.store,
                        .reserved = self_metric_names(),
                        .limits = {}};
  made.pipeline.seed = kSeed;
  return {pipeline::prepare(std::move(rules), 1, nullptr, options.rule_fallbacks), made,
          base::Instant::now()};
}

}  // namespace

CommandResult explain_lines(std::span<const std::string> arguments) {
  Arguments read;
  std::vector<std::string> words;
  read.flags.parse(arguments, words);
  if (words.empty()) throw FlagError("expected a line behind explain, such as 'name:1|c'");
  auto explainer = weir::app::explainer(read.options);
  CommandResult result;
  for (const auto& line : lines_of(words)) {
    const auto explanation = explainer.explain(line);
    if (!explanation.is_applied()) result.exit_code = EXIT_FAILURE;
    if (read.format == Format::Json) {
      result.text += explain::json_of(explanation, read.options.mapping_path) + '\n';
    } else {
      if (!result.text.empty()) result.text += '\n';
      result.text += explain::text_of(explanation, read.options.mapping_path);
    }
  }
  return result;
}

std::string complete_explain(std::span<const std::string> words) {
  const Arguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
