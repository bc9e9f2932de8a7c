// SPDX-License-Identifier: Apache-2.0
#include "app/commands/suggest_command.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "app/cli/flag_help.h"
#include "app/cli/flag_values.h"
#include "app/cli/flags.h"
#include "app/commands/daemon_rules.h"
#include "app/commands/http_client.h"
#include "app/commands/json_document.h"
#include "app/commands/output_format.h"
#include "app/commands/sent_lines.h"
#include "app/commands/suggest_output.h"
#include "weir/base/name_validation.h"
#include "weir/rulefile/loader.h"
#include "weir/sample/protocol.h"
#include "weir/suggest/proposal.h"
#include "weir/suggest/traffic.h"

namespace weir::app {

namespace {

struct SuggestArguments {
  SuggestArguments() {
    flags.add("mapping", "The mapping file in use: what its rules take is left alone.", mapping);
    flags.add_choice("format", "How to print.", kFormats, format);
    flags.add_choice("name-validation", "As --metrics.name-validation of the daemon.",
                     kNameValidations, names);
    add_trust_flags(flags, trust);
  }
  // The flags have the addresses of the rest.
  SuggestArguments(const SuggestArguments&) = delete;
  SuggestArguments& operator=(const SuggestArguments&) = delete;

  FlagSet flags;
  std::string mapping;
  Format format = Format::Text;
  base::NameValidation names = base::NameValidation::Legacy;
  tls::ServerTrust trust;
};

std::shared_ptr<const mapping::RuleSet> present_rules(const SuggestArguments& read) {
  if (read.mapping.empty()) return mapping::RuleSet::empty();
  return rulefile::load_rules(read.mapping, {read.names, false, {}}).rules;
}

void take_unmapped(const HttpUrl& url, suggest::Traffic& traffic) {
  const JsonDocument document(ask_daemon(url, kUnmappedTarget));
  for (const auto& name : document.root().at("names").items()) {
    const auto samples = name.at("samples").count();
    // It may be cut short.
    const bool is_statsd = name.at("protocol").text() == sample::name_of(sample::Protocol::Statsd);
    if (is_statsd && traffic.take_example(name.at("example").text(), samples)) continue;
    traffic.take_example(fmt::format("{}:1|{}", name.at("name").text(), name.at("type").text()),
                         samples);
  }
}

}  // namespace

CommandResult suggest_rules(std::span<const std::string> arguments) {
  SuggestArguments read;
  std::vector<std::string> words;
  read.flags.parse(arguments, words);
  if (words.empty()) throw FlagError("expected a capture or the URL of a daemon after suggest");
  if (words.size() > 1) throw FlagError("unexpected " + words[1]);
  suggest::Traffic traffic(present_rules(read), read.names);
  std::uint64_t left_out = 0;
  if (is_http_url(words.front())) {
    take_unmapped(parse_http_url(words.front(), read.trust), traffic);
  } else {
    left_out =
        read_sent_lines(words.front(), [&traffic](std::string_view line) { traffic.take(line); });
  }
  const auto proposal = suggest::propose(traffic);
  const auto fits = suggest::find_builtin_fits(traffic);
  return {.text = read.format == Format::Json ? proposal_json(proposal, fits)
                                              : proposal_text(proposal, fits),
          .remarks = left_out_text(words.front(), left_out)};
}

std::string complete_suggest(std::span<const std::string> words) {
  const SuggestArguments offered;
  return completions(offered.flags.flags(), words);
}

}  // namespace weir::app
