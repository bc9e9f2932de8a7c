// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "weir/mapping/config_error.h"
#include "weir/mapping/rule_loader.h"

namespace weir::mapping {

inline LoadedRules load(std::string_view text) { return parse_rules(text, "m.yml"); }

// The message of the ConfigError that `text` causes; "" when it loads.
inline std::string error_of(std::string_view text) {
  try {
    load(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

// The only rule of a file whose only mapping is `match: a.b`, `name: n` and these lines, which
// begin with two spaces.
inline Rule rule_with(const std::string& lines, const std::string& defaults = "") {
  const auto loaded = load(defaults + "mappings:\n- match: a.b\n  name: n\n" + lines);
  return loaded.rules->rules().front();
}

inline std::string expanded(const NameTemplate& text,
                            const std::vector<std::string_view>& captures) {
  std::string out;
  text.expand(captures, out);
  return out;
}

// What `name` maps to as an event of `kind`; "-" when no rule matches.
inline std::string mapped(const RuleSet& rules, std::string_view name,
                          statsd::EventKind kind = statsd::EventKind::Counter) {
  Match match;
  rules.match(name, kind, match);
  return match.rule == nullptr ? "-" : expanded(match.rule->name, match.captures);
}

}  // namespace weir::mapping
