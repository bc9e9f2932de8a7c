// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "weir/lint/lint.h"
#include "weir/mapping/rule_set.h"
#include "weir/rulefile/loader.h"
#include "weir/suggest/proposal.h"
#include "weir/suggest/traffic.h"

namespace {

using namespace weir;

constexpr std::size_t kLinesMax = 200;

void take_lines(std::string_view text, suggest::Traffic& traffic) {
  for (std::size_t lines = 0; !text.empty() && lines < kLinesMax; ++lines) {
    const auto line = text.substr(0, text.find('\n'));
    traffic.take(line);
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
  }
}

void check(const suggest::Proposal& proposal) {
  std::uint64_t names = 0;
  for (const auto& rule : proposal.rules) names += rule.names;
  if (names + proposal.unmapped != proposal.names) std::abort();
  if (proposal.rules.empty()) return;
  // Throws where it does not load.
  const auto rules = rulefile::parse_rules(proposal.yaml, "fuzz.yml").rules;
  if (rules->rules().size() != proposal.rules.size()) std::abort();
  for (const auto& finding : lint::lint_text(proposal.yaml)) {
    if (finding.kind->severity != lint::Severity::Note) std::abort();
  }
}

}  // namespace

// Whatever names are sent, what is proposed for them is a mapping file without a fault.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  suggest::Traffic traffic(mapping::RuleSet::empty(), base::NameValidation::Legacy);
  take_lines({reinterpret_cast<const char*>(data), size}, traffic);
  check(suggest::propose(traffic));
  return 0;
}
