// SPDX-License-Identifier: Apache-2.0
#include "app/commands/suggest_output.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "weir/base/json_writer.h"
#include "weir/rulefile/builtin.h"

namespace weir::app {

namespace {

// Less is not called a fit, and more files than that are of no help.
constexpr double kShareMin = 0.5;
constexpr std::size_t kFitsMax = 4;

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string fits_text(const std::vector<suggest::BuiltinFit>& fits) {
  std::string out;
  std::size_t shown = 0;
  for (const auto& fit : fits) {
    if (fit.share < kShareMin || ++shown > kFitsMax) break;
    if (out.empty()) {
      out =
          "# Mapping files inside weir that know what is sent "
          "(--statsd.mapping-config=builtin:NAME), the best first:\n";
    }
    out += fmt::format("#   {}: {} % of lines. {}\n", fit.name, static_cast<int>(fit.share * 100),
                       rulefile::summary(rulefile::builtin_text(fit.name)));
  }
  return out;
}

std::string counts_text(const suggest::Proposal& proposal) {
  std::set<std::string_view> metrics;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  for (const auto& rule : proposal.rules) {
    if (rule.series_after > 0) metrics.insert(rule.name);
    before += rule.series_before;
    after += rule.series_after;
  }
  return fmt::format(
      "# {} for {}: {} instead of {}, {} series instead of {}.\n",
      counted(proposal.rules.size(), "rule"), counted(proposal.names - proposal.unmapped, "name"),
      counted(metrics.size(), "metric"), proposal.names - proposal.unmapped, after, before);
}

std::string left_text(const suggest::Proposal& proposal) {
  std::string out;
  if (proposal.fine > 0) {
    out += fmt::format("# {} without a rule: weir names them so by itself.\n",
                       counted(proposal.fine, "name"));
  }
  if (proposal.unmapped > proposal.fine) {
    out += fmt::format("# {} without a rule: none was found for them.\n",
                       counted(proposal.unmapped - proposal.fine, "name"));
  }
  return out;
}

void write_rule(const suggest::ProposedRule& rule, base::JsonWriter& json) {
  json.open_object().key("yaml").text(rule.yaml).key("match").text(rule.match);
  json.key("name").text(rule.name).key("names").count(rule.names);
  json.key("samples").count(rule.samples).key("series_before").count(rule.series_before);
  json.key("series_after").count(rule.series_after).key("saved").count(rule.saved());
  json.key("examples").open_array();
  for (const auto& example : rule.examples) json.text(example);
  json.close_array().close_object();
}

}  // namespace

std::string proposal_text(const suggest::Proposal& proposal,
                          const std::vector<suggest::BuiltinFit>& fits) {
  std::string out =
      "# Proposed by weir suggest: what varies, and what it is called, was concluded "
      "from names. Look at each rule.\n";
  if (proposal.rules.empty()) {
    out = proposal.names == 0 ? "# No rule to propose: there is no name without one.\n"
                              : "# No rule to propose.\n";
  } else {
    out += counts_text(proposal);
  }
  return out + left_text(proposal) + fits_text(fits) + proposal.yaml;
}

std::string proposal_json(const suggest::Proposal& proposal,
                          const std::vector<suggest::BuiltinFit>& fits) {
  std::string out;
  base::JsonWriter json(out);
  json.open_object().key("rules").open_array();
  for (const auto& rule : proposal.rules) write_rule(rule, json);
  json.close_array().key("yaml").text(proposal.yaml).key("builtin").open_array();
  for (const auto& fit : fits) {
    json.open_object().key("name").text(fit.name).key("share").number(fit.share).close_object();
  }
  json.close_array().key("names").count(proposal.names);
  json.key("unmapped").count(proposal.unmapped).key("fine").count(proposal.fine).close_object();
  return out + "\n";
}

}  // namespace weir::app
